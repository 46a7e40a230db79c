// What every client here shares: one command a line on standard input, `{id, do, with}`, answered on standard
// output by `{id, ok}` or `{id, error}`; what happens by itself is shown as `{event, …}`. One command at a time.
import { createInterface } from 'node:readline';

/** Prints one line. */
export function show(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Says that the client is there, and obeys until standard input ends. `reason` puts an error into JSON. */
export async function obey(commands, reason = (error) => ({ message: error.message })) {
  show({ event: 'ready' });
  for await (const line of createInterface({ input: process.stdin })) {
    const command = JSON.parse(line);
    try {
      show({ id: command.id, ok: (await commands[command.do](command.with)) ?? {} });
    } catch (error) {
      console.error(`${command.do} failed:`, error);
      show({ id: command.id, error: reason(error) });
    }
  }
  process.exit(0);
}
