import type { XmlAttributes, XmlListener } from './xml-feed.js';

/** The number formats every workbook has that show a date or a time of day (ECMA-376 part 1, 18.8.30). */
const builtInDates = /^(1[4-9]|2[0-2]|2[7-9]|3[0-6]|45|47|5[0-8])$/;
const maxStyles = 65_536;

/** Finds out which cell styles show a number as a date. */
export class DateStyles implements XmlListener {
  private readonly dateFormats = new Set<string>();
  private readonly dates: boolean[] = [];
  private inCellStyles = false;

  /** Whether the style with this index, as the cell gives it, shows a date. */
  isDate(style: string | undefined): boolean {
    return style !== undefined && this.dates[Number(style)] === true;
  }

  open(name: string, attributes: XmlAttributes): void {
    const { numFmtId = '', formatCode = '' } = attributes;
    if (name === 'cellXfs') this.inCellStyles = true;
    else if (name === 'numFmt' && this.dateFormats.size < maxStyles && showsDate(formatCode)) {
      this.dateFormats.add(numFmtId);
    } else if (name === 'xf' && this.inCellStyles && this.dates.length < maxStyles) {
      this.dates.push(builtInDates.test(numFmtId) || this.dateFormats.has(numFmtId));
    }
  }

  text(): void {}

  close(name: string): void {
    if (name === 'cellXfs') this.inCellStyles = false;
  }
}

/** Letters of a date count only outside quotes, escapes and colours; `[h]:mm` is a duration, which no date can say. */
function showsDate(formatCode: string): boolean {
  if (formatCode.length > 1_024 || /\[(h+|m+|s+)\]/i.test(formatCode)) return false;
  return /[ymdhs]/i.test(formatCode.replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, ''));
}
