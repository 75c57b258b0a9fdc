// What one end of a connection does with it: all of it is sent, all of it is read, then it is closed.
import type { Sim } from '@tiny/sim'
import { type Connection, type Handlers, type Settings, type Tcp, tune } from '@tiny/tcp'

/** What an end was told, and what has come to it. */
export interface End {
  t: Tcp
  /** Octets that have arrived, and the first that was wrong. */
  got: number
  wrong: number
  sent: number
  /** The application knows of the connection. */
  isOpen: boolean
  isEnded: boolean
  code: number | null
}

/** What it is to do. */
export interface Plan {
  /** How it is called when something is wrong. */
  name: string
  /** Numbers of the stream that it sends and of that which it reads. */
  out: number
  in: number
  /** Octets to be sent, and octets a write. */
  size: number
  chunk: number
  /** Milliseconds before it reads what has come, octets a time; 0: at once, all of it. */
  pause: number
  sip: number
  settings: Settings
}

export const end = (t: Tcp): End => ({ t, got: 0, wrong: -1, sent: 0, isOpen: false, isEnded: false, code: null })

/** A stream that is told from its position: octet i of stream k. */
export const octet = (k: number, i: number): number => (Math.imul(i + 1, 0x9e3779b1 + 2 * k) >>> 15) & 255

const b = new Uint8Array(100000)

export function handlers(s: Sim, side: End, plan: Plan, faults: string[]): Handlers {
  const { name, out, size, pause } = plan
  const fill = (c: Connection): void => {
    while (side.sent < size) {
      const n = Math.min(plan.chunk, size - side.sent)
      for (let k = 0; k < n; k++) b[k] = octet(out, side.sent + k)
      const taken = side.t.write(c, b, 0, n)
      if (taken < 0) faults.push(`${name} write ${taken}`)
      if (taken <= 0) return
      side.sent += taken
      if (taken < n) return
    }
    side.t.close(c)
  }
  const drain = (c: Connection): void => {
    if (side.code !== null) return
    const n = side.t.read(c, b, 0, plan.sip)
    for (let k = 0; k < n; k++) if (side.wrong < 0 && b[k] !== octet(plan.in, side.got + k)) side.wrong = side.got + k
    if (n > 0) side.got += n
    if (n > 0) {
      if (pause > 0) s.after(pause, () => drain(c))
      else drain(c)
    }
  }
  return {
    onWritable(c) {
      if (!side.isOpen) tune(side.t, c, plan.settings)
      side.isOpen = true
      fill(c)
    },
    onReadable(c) {
      if (pause > 0) s.after(pause, () => drain(c))
      else drain(c)
    },
    onEnd(c) {
      side.isEnded = true
      drain(c)
    },
    onClose(_c, code) {
      if (side.code !== null) faults.push(`${name} closed twice`)
      side.code = code
    },
  }
}

/** A SYN that comes again when its connection has gone opens another one (RFC 7413 2.1): nobody's. */
export function first(side: End, h: Handlers): Handlers {
  let own: Connection | null = null
  const isOwn = (c: Connection): boolean => c === (own ??= c)
  return {
    onWritable: (c, n) => void (isOwn(c) ? h.onWritable?.(c, n) : side.t.abort(c)),
    onReadable: (c, n) => void (isOwn(c) && h.onReadable?.(c, n)),
    onEnd: c => void (isOwn(c) && h.onEnd?.(c)),
    onClose: (c, code) => void (isOwn(c) && h.onClose?.(c, code)),
  }
}
