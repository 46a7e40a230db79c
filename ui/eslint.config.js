// Lint rules of the pages and their tests: the recommended set, and the bans that keep station text harmless (it is
// hostile), the content security policy strict and the knowledge of Tauri in one file. Run from the repository's root.
import js from '@eslint/js';
import globals from 'globals';

const MARKUP = 'Text is shown by lit-html or textContent, never parsed as markup.';
const markupProperties = ['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'setHTMLUnsafe', 'createContextualFragment'];

const bannedSyntax = [
  { selector: "MemberExpression[object.name='document'][property.name=/^write(ln)?$/]", message: MARKUP },
  { selector: 'TemplateElement[value.raw=/[.](inner|outer)HTML|srcdoc=/]', message: MARKUP },
  {
    selector: 'TemplateElement[value.raw=/[\\s"\']style=/]',
    message: 'Inline styles are refused by the content security policy: use a class.',
  },
  {
    selector: 'TemplateElement[value.raw=/\\son[a-z]+=/]',
    message: 'Inline handlers are refused by the content security policy: use @event.',
  },
  { selector: "CallExpression[callee.property.name='setAttribute'][arguments.0.value='style']", message: 'Use a class.' },
  { selector: "MemberExpression[property.name='style']", message: 'Looks live in public/styles: use a class or an attribute.' },
];

const tauriOutsideHost = [
  { selector: "ImportExpression[source.value=/tauri/], ImportDeclaration[source.value=/tauri/]", message: 'Only utils/host.js knows Tauri.' },
  { selector: 'Literal[value=/__TAURI/], Identifier[name=/__TAURI/]', message: 'Only utils/host.js knows Tauri.' },
];

const house = {
  eqeqeq: 'error',
  'max-lines': ['error', { max: 200 }],
  'no-console': ['error', { allow: ['error'] }],
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-new-func': 'error',
  'no-restricted-imports': ['error', { patterns: [{ group: ['**/unsafe-html.js', '**/unsafe-svg.js', '**/static.js'], message: MARKUP }] }],
  'no-restricted-properties': ['error', ...markupProperties.map((property) => ({ property, message: MARKUP }))],
  'no-restricted-syntax': ['error', ...bannedSyntax, ...tauriOutsideHost],
  'no-script-url': 'error',
  'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
  'no-var': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
};

export default [
  { ignores: ['public/vendor/**', 'ui/node_modules/**', 'ui/types/**'] },
  { ...js.configs.recommended, files: ['**/*.{js,mjs}'] },
  { files: ['**/*.{js,mjs}'], linterOptions: { reportUnusedDisableDirectives: 'error' }, rules: house },
  { files: ['public/**/*.js', 'ui/shell/*.js'], languageOptions: { globals: globals.browser } },
  { files: ['public/utils/host.js', 'ui/shell/every-page.js'], rules: { 'no-restricted-syntax': ['error', ...bannedSyntax] } },
  {
    files: ['ui/scripts/*.mjs', 'ui/eslint.config.js', 'tests/node/*.mjs', 'tests/ui/unit/**/*.js'],
    languageOptions: { globals: { ...globals.node } },
    rules: { 'no-console': 'off', 'no-restricted-syntax': 'off' },
  },
];
