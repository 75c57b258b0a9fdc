// The two ends of a connection with timestamps; the peer's are what the script says.
import { timestamps } from '@tiny/tcp/timestamps'
import { expect } from 'vitest'
import { accept, connect, type Machine, type Opening, type Pair, type Setup } from './machine.ts'
import { padded, stamp, stampIn } from './options.ts'
import { octets } from './segment.ts'

export const roles = [
  ['passive', accept],
  ['active', connect],
] as const
export const setup = (more: Setup = {}): Setup => ({ timestamps: timestamps(), ...more })

export interface Stamping extends Pair {
  /** What the peer's segments say: TSval, and the TSval that it has seen last, unless `echo` is set. */
  value: number
  echo: number | null
  /** TSval that the stack sent last. */
  seen(): number
  /** Sends text of which the first octet is the one with number seq. */
  text(seq: number, n: number, value: number): void
}

/** Both sides have timestamps. */
export function stamping(open: typeof accept, more: Opening = {}, first = 1000): Stamping {
  let seen = 0
  const look = (m: Machine): number => {
    for (const s of m.sent) seen = stampIn(s)?.value ?? seen
    return seen
  }
  const x: Stamping = { value: first, echo: null, seen: () => look(x.m) } as Stamping
  const pair = open({
    setup: setup(more.setup),
    options: padded(stamp(first)),
    follow: () => padded(stamp(x.value, x.echo ?? (x.m ? look(x.m) : 0))),
    ...more,
  })
  Object.assign(x, pair)
  x.text = (seq, n, value) => {
    x.value = value
    x.p.send('A', { seq, text: octets(n, seq - 1) })
  }
  return x
}

/** What goes out has the option, with this TSecr. */
export const echoed = (x: Stamping, flags: string, echo: number, more = {}): void =>
  expect(stampIn(x.p.expect(flags, more))?.echo).toBe(echo)
