// Filters at the boundaries: round a device or link, and in front of a capture.
import { type Dev, DLT_EN10MB, type Filter, get16, type Host, type Link, type PacketInfo } from '@tiny/core'
import { wrap } from '@tiny/core/wrap'
import { BROADCAST, HOST, IPV4, MULTICAST, OTHER, OUTGOING, SENT } from './const.js'
import { BPF_RECV, BPF_SEND } from './ids.js'

/** The filters of filtered(); one of the two at least. */
export interface FilteredOptions {
  /** Judges what the device delivers. */
  recv?: Filter
  /** Judges what the layer above sends. */
  send?: Filter
}

function need(filter: Filter | undefined, name: string): void {
  if (!filter?.bpf) throw new RangeError(`bpf: ${name} wants bpf(program)`)
}

// Whom a frame is for.
function kindOf(b: Uint8Array, o: number, mac: Uint8Array): number {
  let isAll = true
  let isOwn = true
  for (let i = 0; i < 6; i++) {
    if (b[o + i] !== 255) isAll = false
    if (b[o + i] !== mac[i]) isOwn = false
  }
  return isAll ? BROADCAST : b[o] & 1 ? MULTICAST : isOwn ? HOST : OTHER
}

/**
 * The Dev or Link round d that passes only what the filters accept, whole, however many octets a verdict would keep. What
 * is refused is counted as BPF_RECV or BPF_SEND, with the observer told; a refused send answers 0, as if it had been sent
 * and lost. Round a Dev a filter sees frames, round a Link it sees datagrams (DLT_RAW).
 *
 * @param d the device; its recv is set
 * @throws RangeError when there is no filter, or something else in its place
 */
export function filtered<D extends Dev | Link>(h: Host, d: D, options: FilteredOptions): D {
  const down = options?.send
  const up = options?.recv
  if (down) need(down, 'send')
  if (up) need(up, 'recv')
  if (!down && !up) throw new RangeError('bpf: filtered wants recv or send')
  const mac = (d as Dev).mac as Uint8Array | undefined
  const info: PacketInfo = {
    network: mac ? 14 : 0,
    link: mac ? 0 : undefined,
    protocol: IPV4,
    kind: HOST,
    ifindex: 1,
    vlan: undefined,
  }
  const passes = (filter: Filter | undefined, b: Uint8Array, o: number, n: number, kind: number): boolean => {
    if (!filter) return true
    info.kind = kind
    if (mac) info.protocol = n < 14 ? 0 : get16(b, o + 12)
    return filter.run(b, o, n, info) !== 0
  }
  const wrapped = wrap<Dev | Link>(
    d,
    (b, o, n, hop) => {
      if (!passes(down, b, o, n, OUTGOING)) return h.drop(BPF_SEND, b, o, n)
      return (d as Link).send(b, o, n, hop)
    },
    // input path
    (b, o, n, flags) => {
      const kind = mac ? kindOf(b, o, mac) : flags & 3
      if (!passes(up, b, o, n, kind)) {
        h.drop(BPF_RECV, b, o, n)
        return // eaten: a device's recv has no answer
      }
      wrapped.recv(b, o, n, flags)
    },
  )
  return wrapped as D
}

/** What selected() needs of a CaptureFile of @tiny/pcap. */
export interface Recorder {
  /** Announces an interface of that link type. @returns its number */
  add(type: number, options?: object): number
  /** Writes n octets at b[o]; b is valid during the call. */
  packet(id: number, b: Uint8Array, o: number, n: number, direction: number, comment: string): void
}

/**
 * The capture that writes only the packets which the filter accepts, whole: hand it to capture() in place of `file`. What
 * else there is of `file` shows through.
 *
 * @throws RangeError when `filter` was not made by bpf(), linux() or jit()
 */
export function selected<F extends Recorder>(file: F, filter: Filter): F {
  need(filter, 'selected')
  const info: PacketInfo = { network: 0, link: undefined, protocol: IPV4, kind: HOST, ifindex: 1, vlan: undefined }
  const types: number[] = []
  const s = Object.create(file) as F
  s.add = (type, options) => {
    const id = file.add(type, options)
    while (types.length <= id) types.push(type)
    types[id] = type
    return id
  }
  s.packet = (id, b, o, n, direction, comment) => {
    const isFrame = types[id] === DLT_EN10MB
    info.network = isFrame ? 14 : 0
    info.link = isFrame ? 0 : undefined
    info.protocol = !isFrame ? IPV4 : n < 14 ? 0 : get16(b, o + 12)
    info.kind = direction === SENT ? OUTGOING : HOST
    if (filter.run(b, o, n, info)) file.packet(id, b, o, n, direction, comment)
  }
  return s
}
