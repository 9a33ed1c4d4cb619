/** An address byte for byte as an ESME wrote it. */
export interface WrittenAddress {
  readonly ton: number;
  readonly npi: number;
  readonly addr: string;
}

/** What a receipt repeats of its submit, because ESMEs find their message by it. Source: contracts/smpp.md §5.5. */
export interface Envelope {
  readonly source: WrittenAddress;
  readonly destination: WrittenAddress;
  readonly serviceType: string;
  /** A replace_sm has none of its own, and means that of its submit. */
  readonly dataCoding: number;
  /** The first characters of the text. */
  readonly text: string;
}

/** A receipt shows 20 characters, some of which take two units. */
const keptUnits = 40;

/** As a list, because one is written and stored for every message. */
type Stored = readonly [number, number, string, number, number, string, string, number, string];

export function writeEnvelope({ source, destination, serviceType, dataCoding, text }: Envelope): string {
  const { ton, npi, addr } = destination;
  const kept = text.length > keptUnits ? text.slice(0, keptUnits) : text;
  return JSON.stringify([
    source.ton,
    source.npi,
    source.addr,
    ton,
    npi,
    addr,
    serviceType,
    dataCoding,
    kept,
  ] satisfies Stored);
}

export function readEnvelope(written: string): Envelope {
  const [sourceTon, sourceNpi, sourceAddr, ton, npi, addr, serviceType, dataCoding, text] = JSON.parse(
    written,
  ) as Stored;
  return {
    source: { ton: sourceTon, npi: sourceNpi, addr: sourceAddr },
    destination: { ton, npi, addr },
    serviceType,
    dataCoding,
    text,
  };
}
