import { ACK, RST } from './const.js'
import { sendBare } from './output.js'
import { dispose } from './tcb.js'
import type { Listener, Tcp, TcpEngine } from './types.js'

/** Stops listening; what was accepted goes on, what is half open is reset. */
export function unlisten(t: Tcp, l: Listener): void {
  const e = t as TcpEngine
  const i = e.listeners.indexOf(l)
  if (i < 0) return
  e.listeners.splice(i, 1)
  l.isOpen = false
  for (let k = 0; k < e.limit; k++) {
    const c = e.table[k]
    if (!c || c.listener !== l) continue
    sendBare(e, c, RST | ACK)
    dispose(e, c, 0)
  }
}
