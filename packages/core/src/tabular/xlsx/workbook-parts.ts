import { posix } from 'node:path';
import type { XmlAttributes, XmlListener } from './xml-feed.js';

export interface Relation {
  /** The last word of its type's URI, which the transitional and the strict form share. */
  readonly type: string;
  /** The part it leads to, by name. */
  readonly part: string;
}

/** Reads a `.rels` part: what the ids in another part stand for. */
export class Relations implements XmlListener {
  readonly byId = new Map<string, Relation>();

  /** @param folder that the targets are relative to. */
  constructor(private readonly folder: string) {}

  open(name: string, { Id = '', Type = '', Target = '', TargetMode }: XmlAttributes): void {
    if (name !== 'Relationship' || TargetMode === 'External') return;
    const part = posix.resolve(`/${this.folder}`, Target).slice(1);
    this.byId.set(Id, { type: posix.basename(Type), part });
  }

  text(): void {}

  close(): void {}

  ofType(type: string): string | undefined {
    return [...this.byId.values()].find((relation) => relation.type === type)?.part;
  }
}

/** Reads the workbook itself: its sheets that are not hidden, in their order, and where its dates begin. */
export class WorkbookSheets implements XmlListener {
  readonly visible: { readonly name: string; readonly id: string }[] = [];
  since1904 = false;

  open(element: string, attributes: XmlAttributes): void {
    if (element === 'workbookPr') this.since1904 = /^(1|true)$/.test(attributes.date1904 ?? '');
    if (element !== 'sheet' || /hidden/i.test(attributes.state ?? '')) return;
    const id = Object.entries(attributes).find(([name]) => name.endsWith(':id'))?.[1] ?? '';
    this.visible.push({ name: attributes.name ?? '', id });
  }

  text(): void {}

  close(): void {}
}
