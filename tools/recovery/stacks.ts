// The stacks that are compared: each has what the one before it has, and more.
import type { TcpOptions } from '@tiny/tcp'
import { sack } from '@tiny/tcp/sack'
import { timestamps } from '@tiny/tcp/timestamps'
import { wscale } from '@tiny/tcp/wscale'

export interface Stack {
  readonly name: string
  /** Octets of options in each segment with text. */
  readonly options: number
  /** Whether it is judged by what SACK reaches. */
  readonly hasSack: boolean
  /** Slots of one engine; above 64 KB window scaling is among them. */
  make(buffer: number): TcpOptions
}

const wide = (buffer: number): TcpOptions => (buffer > 65536 ? { windowScale: wscale() } : {})

export const STACKS: readonly Stack[] = [
  { name: 'base', options: 0, hasSack: false, make: wide },
  { name: 'sack', options: 0, hasSack: true, make: buffer => ({ ...wide(buffer), sack: sack() }) },
  {
    name: 'sack, timestamps, wscale',
    options: 12,
    hasSack: true,
    make: () => ({ windowScale: wscale(), timestamps: timestamps(), sack: sack() }),
  },
]
