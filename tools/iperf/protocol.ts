// What iperf3 says on its control connection, of the versions from 3.1 on: one octet for a state, or a JSON text with its
// length in front. https://github.com/esnet/iperf is the only description there is.

export const TEST_START = 1
export const TEST_RUNNING = 2
export const TEST_END = 4
export const PARAM_EXCHANGE = 9
export const CREATE_STREAMS = 10
export const SERVER_TERMINATE = 11
export const CLIENT_TERMINATE = 12
export const EXCHANGE_RESULTS = 13
export const DISPLAY_RESULTS = 14
export const IPERF_DONE = 16
export const ACCESS_DENIED = 255
export const SERVER_ERROR = 254

/** iperf's number for "not implemented". */
export const IEUNIMP = 13
/** Octets of the cookie by which a server knows what belongs together: 36 characters and a NUL. */
export const COOKIE = 37
export const PORT = 5201
/** Octets of a JSON text that are believed to be one. */
export const LONGEST = 1 << 16

/** What the client asks for. */
export interface Params {
  tcp?: boolean
  udp?: boolean
  /** Seconds. */
  time?: number
  parallel?: number
  reverse?: boolean | number
  bidirectional?: boolean | number
}

/** What each side tells of its streams at the end. */
export interface Results {
  streams: { id: number; bytes: number }[]
}

/** @throws Error for what is no list of streams and their octets */
export function streamsOf(value: object): Results['streams'] {
  const { streams } = value as Partial<Results>
  if (!Array.isArray(streams) || !streams.every(s => Number.isFinite(s?.id) && s.bytes >= 0))
    throw new Error('results that are none')
  return streams.map(({ id, bytes }) => ({ id, bytes: Number(bytes) }))
}

/** iperf numbers its streams 1, 3, 4, 5, ... */
export const idOf = (i: number): number => (i === 0 ? 1 : i + 2)

export function framed(value: object): Buffer {
  const text = Buffer.from(JSON.stringify(value))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  return Buffer.concat([length, text])
}

/** Every field that a version 3.12 misses when it is not there. */
export function results(bytes: readonly number[], ids: readonly number[], seconds: number): object {
  return {
    cpu_util_total: 0,
    cpu_util_user: 0,
    cpu_util_system: 0,
    // Of retransmissions nothing is told.
    sender_has_retransmits: 0,
    streams: bytes.map((n, i) => ({
      ...{ id: ids[i] ?? idOf(i), bytes: n, retransmits: -1, jitter: 0, errors: 0, packets: 0 },
      ...{ start_time: 0, end_time: seconds },
    })),
  }
}
