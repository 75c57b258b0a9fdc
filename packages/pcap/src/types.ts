/** Where the octets go, called once a block; b is valid during the call. */
export type Sink = (b: Uint8Array, o: number, n: number) => void

/** What pcapng() may be told; all of it optional. */
export interface PcapngOptions {
  /** Milliseconds since 1970 (fractions count) at the time of the call: 0 unless given. */
  start?: number
  /** What the capture was made on. */
  hardware?: string
  /** Operating system. */
  os?: string
  /** The program that made it. */
  application?: string
}

/** What pcap() may be told; all of it optional. */
export interface PcapOptions {
  /** Milliseconds since 1970 (fractions count) at the time of the call: 0 unless given. */
  start?: number
  /** Octets kept of each packet, 1 to 262,144, which it is unless given. */
  snaplen?: number
}

/** What is said of an interface; in pcapng only. */
export interface InterfaceOptions {
  /** As shown by who reads the capture: eth0. */
  name?: string
  /** Octets kept of each packet; 0, unless given: all. */
  snaplen?: number
  /** Six octets. */
  mac?: Uint8Array
}

/** What capture() may be told; all of it optional. */
export interface CaptureOptions {
  /** Name of the interface. */
  name?: string
  /** Octets kept of each packet; 0, unless given: all. */
  snaplen?: number
  /** A comment for a packet, '' for none. b is valid during the call. One that throws is called no more, and the packet's comment says what it threw. */
  comment?: (b: Uint8Array, o: number, n: number, direction: number) => string
}

/** A capture that is being written. */
export interface CaptureFile {
  /** Packets and octets that the sink has taken. */
  readonly packets: number
  /** Octets that the sink has taken. */
  readonly octets: number
  /** Packets that were not written, because the sink has thrown. */
  readonly lost: number
  /** What it threw. */
  readonly error: unknown
  /** Whether the format has comments. */
  readonly hasComments: boolean
  /**
   * Announces an interface.
   *
   * @param type link type, as Dev.type
   * @returns its number, for packet()
   * @throws RangeError for what the format cannot say
   */
  add(type: number, options?: InterfaceOptions): number
  /**
   * Writes a packet with the time of now.
   *
   * @param direction SENT, RECEIVED or UNKNOWN
   * @param comment '' for none
   * @throws RangeError for an interface that was not announced, or octets that are not there
   */
  packet(id: number, b: Uint8Array, o: number, n: number, direction: number, comment: string): void
}
