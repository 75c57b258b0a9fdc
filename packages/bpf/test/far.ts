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

const GRE = 47

/** A frame that the loopback interface delivers: no tag cut short. */
function delivered(r: Random): Uint8Array {
  for (;;) {
    const b = frame(r, 1)
    // The walk to the payload stops at GRE, ours elsewhere than the kernel's.
    const isGre = [20, 23, 24, 27, 28, 31, 54, 58, 62].some(i => b[i] === GRE)
    if (b.length >= 22 && !isGre) {
      if (r(3) === 0) b.fill(0, 0, 6)
      return b
    }
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
