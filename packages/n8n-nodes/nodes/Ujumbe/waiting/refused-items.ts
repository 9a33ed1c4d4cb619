/** An item that was refused before there was anything to wait for, and why. */
export interface RefusedItem {
  itemIndex: number;
  code: string;
}

/** The refused items as a short text, which goes into the address an execution is resumed at. */
export const writeRefused = (refused: readonly RefusedItem[]): string =>
  refused.map(({ itemIndex, code }) => `${itemIndex}.${code}`).join('~');

export const readRefused = (written: unknown): RefusedItem[] =>
  typeof written !== 'string' || written === ''
    ? []
    : written.split('~').map((one) => {
        const [itemIndex = '', code = ''] = one.split('.');
        return { itemIndex: Number(itemIndex), code };
      });
