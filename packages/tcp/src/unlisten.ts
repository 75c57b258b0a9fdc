import { ACK, RST } from './const.js'
import { sendBare } from './output.js'
import { dispose } from './tcb.js'
import type { Listener, Tcb, Tcp, TcpEngine } from './types.js'

/** Stops listening; what was accepted goes on, what is half open is reset. */
export function unlisten(t: Tcp, l: Listener): void {
  const e = t as TcpEngine
  const i = e.listeners.indexOf(l)
  if (i < 0) return
  e.listeners.splice(i, 1)
  l.isOpen = false
  while (l.half.length) {
    const c = l.half[0] as Tcb
    sendBare(e, c, RST | ACK)
    dispose(e, c, 0)
  }
}
