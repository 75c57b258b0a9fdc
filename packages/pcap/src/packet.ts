/** An interface that a capture file tells of. */
export interface CapturedInterface {
  /** Link type, as Dev.type. */
  readonly type: number
  /** Octets kept of each packet; 0: all. */
  readonly snaplen: number
  /** '' when the file does not tell. */
  readonly name: string
}

/** The packet that was read last. */
export interface CapturedPacket {
  /** n octets at b[o], valid until the next call of next(). */
  b: Uint8Array
  /** Where it starts in b. */
  o: number
  /** Octets of it that were kept. */
  n: number
  /** Octets that it had on the wire. */
  length: number
  /** Microseconds since 1970, to a third of one; 0 for a packet without time. */
  time: number
  /** Number of its interface in `interfaces`. */
  id: number
  /** SENT, RECEIVED or UNKNOWN. */
  direction: number
}
