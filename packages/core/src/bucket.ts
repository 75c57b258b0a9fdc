// A token bucket for answers that a peer can call forth, kept as one time.

/** One number of any record may be a bucket. */
export interface Bucket {
  /** When all tokens are there again, by the clock of the host. */
  full: number
}

/**
 * Takes a token, of which one comes every ms milliseconds and `burst` are kept. ms may vary from call to call, by less
 * than half.
 *
 * @returns false when there is none
 */
export function take(bucket: Bucket, now: number, ms: number, burst: number): boolean {
  let ahead = (bucket.full - now) | 0
  // Beyond the longest burst lies only a time so long ago that the clock has wrapped.
  if (ahead >>> 0 > 2 * ms * burst) ahead = 0
  if (ahead > ms * (burst - 1)) return false
  bucket.full = (now + ms + ahead) | 0
  return true
}
