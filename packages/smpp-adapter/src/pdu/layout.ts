import { commands, type CommandName, type Field, type FieldValue, type ResponseName } from './commands.js';

/** One row of the table of commands, made ready for the codec. */
export interface Layout {
  readonly command: CommandName;
  readonly id: number;
  /** A small number of its own, for counters. */
  readonly index: number;
  readonly fields: readonly Field[];
  readonly isResponse: boolean;
  /** The response that belongs to it; undefined where there is none. */
  readonly response: ResponseName | undefined;
  /** A body with every field empty. Bodies are copies of it, so that all bodies of a command share one shape. */
  readonly empty: Readonly<Record<string, FieldValue>>;
  /** The most octets a PDU without TLVs takes, header included. */
  readonly maxOctets: number;
}

export const headerOctets = 16;
const responseBit = 0x80000000;

// Bodies share it, so nobody may add to it.
const noList = Object.freeze<never[]>([]);

const emptyValue: Record<Field['kind'], () => FieldValue> = {
  int8: () => 0,
  cstring: () => '',
  short_message: () => Buffer.alloc(0),
  dest_address: () => noList,
  unsuccess_sme: () => noList,
};

function isCommand(name: string): name is CommandName {
  return name in commands;
}

function layoutOf(command: CommandName, index: number): Layout {
  const { id } = commands[command];
  const fields: readonly Field[] = commands[command].fields;
  const response = `${command}_resp`;
  return {
    command,
    id,
    index,
    fields,
    isResponse: id >= responseBit,
    response: isCommand(response) ? (response as ResponseName) : undefined,
    empty: Object.fromEntries(fields.map(({ name, kind }) => [name, emptyValue[kind]()])),
    maxOctets: fields.reduce((sum, { maxOctets }) => sum + maxOctets, headerOctets),
  };
}

/** Every layout, in the order of its `index`. */
export const allLayouts: readonly Layout[] = Object.keys(commands).filter(isCommand).map(layoutOf);

export const layouts = Object.fromEntries(allLayouts.map((layout) => [layout.command, layout])) as Readonly<
  Record<CommandName, Layout>
>;

// Ids are small apart from the bit of the response, so two arrays find a layout faster than a Map of doubles would.
const requests: (Layout | undefined)[] = [];
const responses: (Layout | undefined)[] = [];
for (const layout of allLayouts) {
  (layout.isResponse ? responses : requests)[layout.id & 0x7fffffff] = layout;
}

/** The layout of a `command_id`; undefined when there is no such command. */
export function layoutOfId(commandId: number): Layout | undefined {
  const found = isResponseId(commandId) ? responses : requests;
  return found[commandId & 0x7fffffff];
}

/** Whether a `command_id`, known or not, answers something. */
export function isResponseId(commandId: number): boolean {
  return commandId >= responseBit;
}
