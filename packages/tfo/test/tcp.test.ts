// The tests of TCP once more, by stacks whose slot is filled and whose listeners all serve Fast Open: who does not ask for
// it sees nothing of it.
import type { FastOpenTcp, Ip } from '@tiny/core'
import type { TcpOptions } from '@tiny/tcp'
import { serve, tfo } from '@tiny/tfo'
import { expect, it, vi } from 'vitest'

const seen = vi.hoisted(() => ({ served: 0 }))

vi.mock('@tiny/tcp', async original => {
  const all = await original<typeof import('@tiny/tcp')>()
  return {
    ...all,
    tcp(ip: Ip, options?: TcpOptions): FastOpenTcp {
      const t = all.tcp(ip, { ...options, fastOpen: tfo() })
      const { listen } = t
      t.listen = (port, handlers, o) => {
        const l = listen(port, handlers, o)
        if (typeof l !== 'number' && serve(t, l) === 0) seen.served++
        return l
      }
      return t
    },
  }
})

await import('../../tcp/test/opening.test.ts')
await import('../../tcp/test/closing.test.ts')
await import('../../tcp/test/data.test.ts')
await import('../../tcp/test/header.test.ts')
await import('../../tcp/test/icmp.test.ts')
await import('../../tcp/test/keepalive.test.ts')
await import('../../tcp/test/pool.test.ts')
await import('../../tcp/test/retransmission.test.ts')
await import('../../tcp/test/states.test.ts')
await import('../../tcp/test/urgent.test.ts')
await import('../../tcp/test/user.test.ts')
await import('../../tcp/test/window.test.ts')

it('listeners have served Fast Open', () => {
  expect(seen.served).toBeGreaterThan(100)
})
