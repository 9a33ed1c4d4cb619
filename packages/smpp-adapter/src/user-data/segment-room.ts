import type { SegmentSizes } from '@ujumbe/core';

/** What the air carries of one part, header and all. Source: 3GPP TS 23.040 §9.2.3.24. */
const airOctets = 140;

/** What a header of so many octets leaves of one part: in septets, in UTF-16 units, in octets. */
export function roomBeside(headerOctets: number): { septets: number; units: number; octets: number } {
  const octets = airOctets - headerOctets;
  return { septets: Math.floor((8 * octets) / 7), units: Math.floor(octets / 2), octets };
}

/** The sizes core's `measureText` and `splitText` take, from the headers of a single part and of one of several. */
export function sizesBeside(singleHeaderOctets: number, partHeaderOctets: number): SegmentSizes {
  const single = roomBeside(singleHeaderOctets);
  const part = roomBeside(partHeaderOctets);
  return {
    singleSeptets: single.septets,
    partSeptets: part.septets,
    singleUnits: single.units,
    partUnits: part.units,
  };
}
