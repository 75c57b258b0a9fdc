// A machine on a TAP interface that does nothing but TCP, with large buffers.
import { host } from '@tiny/core'
import { prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { type Tcp, tcp } from '@tiny/tcp'
import { env, run, tap } from '@tiny/tun'

/** What the other end of the interface wants, as root. */
export const KERNEL_SIDE = "The kernel's side: ip addr add 10.0.0.1/24 dev tap0 && ip link set tap0 up"

export interface Machine {
  t: Tcp
  close(): void
}

/** @param name of the interface @param own as 10.0.0.2/24 */
export function machine(name: string, own: string): Machine {
  const h = host(env(), { pool: 1 << 26 })
  const dev = tap({ name })
  const ip = ipv4(h, ethernet(h, dev), { address: prefix(own) })
  const t = tcp(ip, { connections: 300, timeWaits: 300, sendBuffer: 65536, receiveBuffer: 65536 })
  const stop = run(h, dev)
  return {
    t,
    close() {
      stop()
      dev.close()
    },
  }
}
