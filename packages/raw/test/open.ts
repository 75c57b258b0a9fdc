// Sockets that note what they are told, on the machine that ipv4's own tests have.
import { bpf } from '@tiny/bpf'
import type { Filter, Host } from '@tiny/core'
import { type Handlers, type OpenOptions, type Raw, raw, type Socket, type WholeRaw } from '@tiny/raw'
import { sendWhole } from '../../ipv4/src/header.ts'
import { type Machine, machine, type Setup } from '../../ipv4/test/machine.ts'

export interface Told {
  /** Datagrams, whole, as they were told; their pairs; errors as code, ICMP code and who the datagram went to. */
  readonly datagrams: Uint8Array[]
  readonly pairs: string[]
  readonly errors: string[]
}

export interface Opened extends Told {
  readonly s: Socket
}

export interface RawMachine extends Machine {
  readonly r: WholeRaw
}

export const withRaw = (setup: Setup = {}, sockets?: number): RawMachine => {
  const m = machine(setup)
  return Object.assign(m, {
    r: raw(m.ip, sockets === undefined ? { whole: sendWhole } : { whole: sendWhole, sockets }),
  })
}

export const must = (s: Socket | number): Socket => {
  if (typeof s === 'number') throw new Error(`open: ${s}`)
  return s
}

export function open(m: { r: Raw }, proto: number, options?: OpenOptions, more: Handlers = {}): Opened {
  const told: Told = { datagrams: [], pairs: [], errors: [] }
  const s = m.r.open(
    proto,
    {
      onDatagram(x, b, o, n, a) {
        told.datagrams.push(b.slice(o, o + n))
        told.pairs.push(b.slice(a, a + 8).join('.'))
        more.onDatagram?.(x, b, o, n, a)
      },
      onError(x, code, icmp, b, a) {
        told.errors.push(icmp ? `${code} ${icmp.toString(16)} ${b.slice(a, a + 4).join('.')}` : `${code}`)
        more.onError?.(x, code, icmp, b, a)
      },
    },
    options,
  )
  return { ...told, s: must(s) }
}

/** Keeps k octets of everything, 0: nothing. */
export const keeps = (k: number): Filter => bpf([6, 0, 0, k])

/** Accepts what has this octet at this offset. */
export const has = (at: number, octet: number): Filter =>
  bpf([0x30, 0, 0, at, 0x15, 0, 1, octet, 6, 0, 0, 0xffffffff, 6, 0, 0, 0])

export const recordsOf = (h: Host): number => h.engines.reduce((k, engine) => k + engine.used(), 0)
