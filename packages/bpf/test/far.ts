// What @tiny/bpf/linux promises: all loads. On a pair of sockets, where nothing is known of a packet, and on a network.
import type { Filter, PacketInfo } from '@tiny/core'
import type { Subject } from './compare.ts'
import { frame } from './frames.ts'
import type { FarOffset, Random } from './random.ts'

/** Loads at AD_OFF that mean something here; the random one is left to the validators. */
const KNOWN = [0, 4, 8, 40, 44, 48, 52]

const anywhere =
  (isValid: boolean, link: number): FarOffset =>
  (r, code) => {
    const kind = r(12)
    if (kind > 5) return null
    const isAbsolute = code < 0x40
    if (kind === 0) return 0xfff00000 + r(80)
    if (kind === 1) return 0xffe00000 + r(80)
    if (kind === 2 && (!isAbsolute || !isValid)) return 0x80000000 + r(0x80000000)
    if (kind === 3 && !isValid) return 0xfffff000 + r(72)
    if (kind === 4) return r.of([0x80000000, 0xffdfffff, 0xffefffff, 0xffeffffe, 0xfffffffc - 0x1000 - link])
    return 0xfffff000 + r.of(KNOWN)
  }

const isOwn = (message: string): boolean => /means nothing here|random numbers want/.test(message)

/** Whose verdicts differ from run to run. */
function isRandom(program: number[]): boolean {
  for (let i = 0; i < program.length; i += 4) if (program[i + 3] === 0xfffff038) return true
  return false
}

/** Nothing known of a packet: as a pair of sockets has it. */
export const far = (make: (program: number[]) => Filter, isValid: boolean): Subject => ({
  make,
  isOwn,
  isOut: isRandom,
  far: anywhere(isValid, 0),
})

const two = (v: number): number[] => [v >> 8, v & 255]
const bytes = (r: Random, n: number): number[] => Array.from({ length: n }, () => r(256))
const udp = (r: Random): number[] => [0x45, 0, 0, 40, ...bytes(r, 5), r.of([17, 6, 1, 47, 4]), ...bytes(r, 30)]

/** Protocols that Linux walks through to the payload: GRE, PPPoE, MPLS. */
function tunnelled(r: Random): number[] {
  const ppp = r.of([0x0021, 0x0057, 0x2101, 0x5701, 0x0281, 0x0283, 0xc021, 0x0100, 0x0022])
  if (r(3) === 0) return [...two(0x8864), r(6) ? 0x11 : r(256), r(6) ? 0 : 1, ...bytes(r, 4), ...two(ppp), ...udp(r)]
  if (r(4) === 0) return [...two(r.of([0x8847, 0x8848])), ...udp(r)]
  const version = r(4) ? 0 : r(3)
  const flags =
    (r(3) ? 0 : 0x8000) | (r(8) ? 0 : 0x4000) | (r(2) ? 0 : 0x2000) | (r(3) ? 0 : 0x1000) | (r(2) ? 0 : 0x80) | version
  const fields = ((flags & 0x8000) >> 13) + ((flags & 0x2000) >> 11) + ((flags & 0x1000) >> 10)
  const type = version === 1 && r(4) ? 0x880b : r.of([0x800, 0x86dd, 0x6558, 0x806, 0x1234])
  const inner = type === 0x6558 ? [...bytes(r, 12), ...two(r.of([0x800, 0x806, 0x8100, 0x4321])), ...udp(r)] : udp(r)
  const body = [
    ...two(flags),
    ...two(type),
    ...bytes(r, fields),
    ...(version === 1 ? [0xff, 3, ...two(ppp)] : []),
    ...inner,
  ]
  return [...two(0x800), 0x45, 0, ...two(20 + body.length), ...bytes(r, 2), 0, 0, 64, 47, ...bytes(r, 10), ...body]
}

/** A frame that the loopback interface delivers: no tag cut short. */
function delivered(r: Random): Uint8Array {
  for (;;) {
    let b = frame(r, 1)
    if (r(4) === 0) b = Uint8Array.from([...b.subarray(0, 12), ...tunnelled(r)])
    if (r(8) === 0) b = b.subarray(0, r(b.length))
    if (b.length < 22) continue
    if (r(3) === 0) b.fill(0, 0, 6)
    return b
  }
}

const word = (b: Uint8Array, o: number): number => ((b[o] ?? 0) << 8) | (b[o + 1] ?? 0)

/** As eth_type_trans and skb_vlan_untag leave it, on an interface whose own address is 0. */
function view(sent: Uint8Array): { b: Uint8Array; info: PacketInfo } {
  let b = sent
  let vlan: number | undefined
  if (word(b, 12) === 0x8100 || word(b, 12) === 0x88a8) {
    vlan = word(b, 14)
    b = Uint8Array.from([...b.subarray(0, 12), ...b.subarray(16)])
  }
  let protocol = word(b, 12)
  if (protocol < 1536) protocol = word(b, 14) === 0xffff ? 1 : 4
  const to = b.subarray(0, 6)
  const isAll = (v: number): boolean => to.every(x => x === v)
  // The loopback interface has 0 for its broadcast address too.
  const kind = isAll(0) ? 0 : (to[0] ?? 0) & 1 ? 2 : 3
  return { b, info: { network: 14, link: 0, protocol, kind, ifindex: 1, vlan } }
}

/** Frames on a network. */
export const wired = (make: (program: number[]) => Filter, isValid: boolean): Subject => ({
  make,
  isOwn,
  isOut: isRandom,
  far: anywhere(isValid, 14),
  packets: (r, count) => Array.from({ length: count }, () => delivered(r)),
  view,
})
