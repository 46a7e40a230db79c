// The fields of what is true of a site: the first set-up and the settings ask for the same. What the gateway's file names is
// shown, and not asked for.
import { html } from '/vendor/lit-html/lit-html.js';
import { language, t } from '../utils/i18n.js';
import { field } from './field.js';

/** @import { Site } from '../../ui/types/api.d.ts' */
/** @import { Sending } from '../utils/sending.js' */
/** @import { Field } from './field.js' */

/**
 * Every time zone the browser knows, and the one that is so: browsers leave out newer names (Asia/Kolkata), and a choice that
 * is not in its list would become the first of it.
 * @param {string} now @returns {[string, string][]}
 */
export const zones = (now) => [...new Set([now, 'UTC', ...Intl.supportedValuesOf('timeZone')])].map((zone) => [zone, zone]);

/** Every currency the browser knows, with its name. @param {string} now one that is there in any case @returns {[string, string][]} */
function currencies(now) {
  const names = new Intl.DisplayNames([language()], { type: 'currency' });
  const codes = new Set([now, ...Intl.supportedValuesOf('currency')]);
  return [...codes].sort().map((code) => [code, `${code} · ${names.of(code) ?? code}`]);
}

/**
 * A field that is only shown where the file names its setting.
 * @param {ReadonlyArray<string>} fixed @param {string} setting @param {Field} options
 */
export function settingField(fixed, setting, options) {
  if (!fixed.includes(setting)) return field(options);
  const shown = { ...options, readonly: true, hint: t('site.fixed') };
  delete shown.options;
  return field(shown);
}

/**
 * Name, currency, tax and time zone.
 * @param {{site: Site, fixed: ReadonlyArray<string>, currencyStays?: boolean, named?: boolean, sending: Sending}} options named: whether it must have a name
 */
export const siteFields = ({ site, fixed, currencyStays = false, named = true, sending }) => html`
  ${settingField(fixed, 'site.name', { name: 'site/name', label: t('site.name'), value: site.name, maxlength: 60, required: named, autocomplete: 'organization', sending })}
  ${settingField(fixed, 'site.currency', { name: 'site/currency', label: t('tariff.currency'), hint: t('site.currency_hint'), readonly: currencyStays, value: site.currency, options: currencies(site.currency), ltr: true, sending })}
  ${settingField(fixed, 'site.tax_percent', { name: 'site/taxPercent', label: t('tariff.tax'), value: site.taxPercent, required: true, ltr: true, sending })}
  ${settingField(fixed, 'site.time_zone', { name: 'site/timeZone', label: t('stations.time_zone'), hint: t('site.zone_hint'), value: site.timeZone, options: zones(site.timeZone), ltr: true, sending })}`;
