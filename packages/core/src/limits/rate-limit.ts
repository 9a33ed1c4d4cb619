/** So many in so much time: a window begins with the first that is counted in it. */
export interface RateLimit {
  /** Names the counter; limits of different names never share one. */
  name: string;
  limit: number;
  windowMs: number;
}

/** What became of an attempt to take from a limit. */
export interface LimitState {
  /** False when there was not enough left; then nothing was taken. */
  isWithin: boolean;
  limit: number;
  remaining: number;
  /** How long until the window ends, in milliseconds. */
  resetsInMs: number;
}

/** Counts what is limited. */
export interface RateLimits {
  /** Takes from a limit for whoever the key names. */
  take(limit: RateLimit, key: string, weight?: number): Promise<LimitState>;
  /** Gives back what was taken and not used in the end. */
  giveBack(limit: RateLimit, key: string, weight?: number): Promise<void>;
}
