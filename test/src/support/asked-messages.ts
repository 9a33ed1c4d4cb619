/** What a platform refused, or what went wrong beside it. */
export type NotDone = { kind: 'refused'; code: string } | { kind: 'failed'; reason: string };

/** What crosses the channel to a process that answers a test; an answer carries its request's number. */
export type ToAsked<Request> = { number: number; request: Request } | { number: number; request: 'stop' };
export type FromAsked<Answer> = 'ready' | { number: number; answer: Answer | NotDone | 'stopped' };
