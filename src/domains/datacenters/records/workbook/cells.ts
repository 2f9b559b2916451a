/** What a cell of a workbook holds; null for nothing. */
export type Cell = string | number | boolean | Date | null;

/** Of a cell, as Excel has it: UTF-16 units. */
export const MOST_TEXT = 32_767;
/** Of a sheet. */
export const MOST_ROWS = 1_048_576;

/** Styles by their places in styles.xml. */
const BOLD = 1;
const TIME = 2;

/** Days from Excel's first to 1970, and the last day that it knows. */
const EPOCH = 25_569;
const LAST_DAY = 2_958_465;
const DAY = 86_400_000;
const LETTERS = 26;

const MARKUP: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** What XML cannot hold, or reads as something else, in Excel's own spelling; and what would be read as such a spelling. */
const SPELLED = /[\p{Cc}\ufffe\uffff]|_(?=x[0-9a-fA-F]{4}_)/gu;
const PLAIN = new Set(['\t', '\n']);

const spell = (character: string): string =>
  PLAIN.has(character)
    ? character
    : `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;

/** Text as XML has it, no longer than a cell may be. */
export function escapeText(text: string): string {
  const whole = text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT - 1)}…` : text;
  return whole
    .toWellFormed()
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[&<>]/g, (character) => MARKUP[character] ?? '')
    .replaceAll(SPELLED, spell);
}

/** A column's name: A, B, ..., Z, AA. */
function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % LETTERS));
  return index < LETTERS ? letter : `${columnName(Math.floor(index / LETTERS) - 1)}${letter}`;
}

function textCell(place: string, text: string, isBold: boolean): string {
  const style = isBold ? ` s="${BOLD}"` : '';
  return `<c r="${place}"${style} t="inlineStr"><is><t xml:space="preserve">${escapeText(text)}</t></is></c>`;
}

function cellXml(value: Cell, place: string, isBold: boolean): string {
  if (value === null || value === '') return '';
  if (typeof value === 'number') return `<c r="${place}"><v>${value}</v></c>`;
  if (typeof value === 'boolean') return `<c r="${place}" t="b"><v>${value ? 1 : 0}</v></c>`;
  if (typeof value === 'string') return textCell(place, value, isBold);
  const days = value.getTime() / DAY + EPOCH;
  if (days >= 1 && days <= LAST_DAY) return `<c r="${place}" s="${TIME}"><v>${days}</v></c>`;
  return textCell(place, value.toISOString(), isBold);
}

/** A row; `number` is from 1. */
export function rowXml(cells: readonly Cell[], number: number, isBold: boolean): string {
  const texts = cells.map((cell, index) => cellXml(cell, `${columnName(index)}${number}`, isBold));
  return `<row r="${number}">${texts.join('')}</row>`;
}
