/**
 * A message's name where there is room for 16 bits alone, such as SMPP's `user_message_reference`. It is made of the
 * id's random end, so that any process finds the message by it and nothing has to be remembered. With the recipient's
 * number beside it two messages are confused once in 65,536 times that both wait. See docs/decisions/012.
 */
export const shortReferenceOf = (messageId: string): number => Number.parseInt(messageId.slice(-4), 16);

/** The end of an id with this short reference. */
export const tailOfShortReference = (number: number): string => number.toString(16).padStart(4, '0');

export const isShortReference = (number: number): boolean =>
  Number.isInteger(number) && number >= 0 && number <= 0xffff;
