// What Linux has at negative offsets (linux/filter.h; bpf_convert_filter and bpf_skb_load_helper_* in net/core/filter.c):
// the network header at NET_OFF, the link header at LL_OFF, and what is known of the packet at AD_OFF.
import type { Filter, PacketInfo } from '@tiny/core'
import { check } from './check.js'
import { ABS, AD_OFF, END, LD, LDX, LL_OFF, NET_OFF, PACKET } from './const.js'
import type { Machine } from './machine.js'
import { payloadOffset } from './payload.js'
import { type FarLoad, memory, run } from './run.js'

// Loads at AD_OFF, by (k - AD_OFF) / 4.
const PROTOCOL = 0
const KIND = 1
const IFINDEX = 2
const XOR_X = 10
const VLAN_TAG = 11
const VLAN_PRESENT = 12
const PAYLOAD = 13
const RANDOM = 14
/** Behind the last one. */
const AREA = 16
/** Those that have no meaning here. */
const NAMELESS: readonly string[] =
  /* @__PURE__ */ ',,,nlattr,nlattr_nest,mark,queue,hatype,rxhash,cpu,,,,,,vlan_tpid'.split(',')

// Absolute loads from the packet: LD and ABS of each size.
const isAbsolute = (code: number): boolean => (code & 0xe7) === (LD | ABS)

// The program without far loads, for the rules that they have in common: each of them loads at 0 instead.
function near(program: ArrayLike<number>): number[] {
  const out: number[] = []
  for (let i = 0; i < program.length; i++) {
    const k = program[i]
    const code = program[i - 3]
    const isLoad = i % 4 === 3 && (code & 7) <= LDX && (PACKET >> (code >> 3)) & 1
    out.push(isLoad && (k | 0) < 0 && (k === (k | 0) || k === k >>> 0) ? 0 : k)
  }
  return out
}

/**
 * Validates a program whose loads may go to Linux's negative offsets, and makes a filter of it. Without a fourth argument
 * to run(), a packet has no link header, its network header at its start, and no interface.
 *
 * @param program as for bpf()
 * @param rand Env.rand, for programs that load SKF_AD_RANDOM
 * @throws RangeError that names the first instruction at fault and the rule: also for loads that the kernel knows and that
 * mean nothing here (nlattr, nlattr_nest, mark, queue, hatype, rxhash, cpu, vlan_tpid)
 */
export function linux(program: ArrayLike<number>, rand?: () => number): Filter {
  const p = check(near(program))
  for (let i = 0; i < p.length; i += 4) {
    p[i + 3] = program[i + 3]
    const k = p[i + 3]
    if (!isAbsolute(p[i]) || k >>> 0 < AD_OFF >>> 0) continue
    const area = (k - AD_OFF) / 4
    const isKnown = area < AREA && area % 1 === 0
    let why = isKnown ? '' : 'unknown load'
    if (isKnown && NAMELESS[area]) why = `${NAMELESS[area]} means nothing here`
    if (area === RANDOM && !rand) why = 'random numbers want linux(program, rand)'
    if (why) throw new RangeError(`bpf: instruction ${i / 4}: ${why}`)
  }

  // The packet that is run on.
  let b: Uint8Array
  let o = 0
  let n = 0
  let info: PacketInfo | undefined

  const known = (area: number, a: number, x: number): number => {
    if (area === XOR_X) return a ^ x
    if (area === RANDOM) return rand ? rand() | 0 : 0
    if (!info) {
      if (area === IFINDEX) memory[END] = 1
      return area === IFINDEX ? a : 0
    }
    if (area === PROTOCOL) return info.protocol
    if (area === KIND) return info.kind
    if (area === VLAN_TAG) return info.vlan ?? 0
    if (area === VLAN_PRESENT) return info.vlan === undefined ? 0 : 1
    if (area === PAYLOAD) return payloadOffset(b, o, n, info.network, info.protocol)
    // No interface ends the program, and what it has in A is its verdict.
    if (!info.ifindex) {
      memory[END] = 1
      return a
    }
    return info.ifindex
  }

  const far: FarLoad = (code, i, a, x) => {
    memory[END] = 0
    if (i >= AD_OFF && i < 0 && isAbsolute(code)) return known((i - AD_OFF) / 4, a, x)
    const size = 4 >> ((code >> 3) & 3)
    const link = info?.link
    let at = n
    if (i < 0 && i >= NET_OFF) at = i - NET_OFF + (info?.network ?? 0)
    else if (i < NET_OFF && i >= LL_OFF && link !== undefined) at = i - LL_OFF + link
    if (at > n - size) {
      memory[END] = 1
      return 0
    }
    let v = 0
    for (let j = 0; j < size; j++) v = (v << 8) | b[o + at + j]
    return v
  }
  const begin = (b1: Uint8Array, o1: number, n1: number, info1: PacketInfo | undefined): void => {
    b = b1
    o = o1
    n = n1
    info = info1
  }
  const machine: Machine = {
    bpf: p,
    run(b1, o1, n1, info1) {
      begin(b1, o1, n1, info1)
      return run(p, b1, o1, n1, far)
    },
    far,
    memory,
    begin,
  }
  return machine
}
