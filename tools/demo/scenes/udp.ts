import { ECONNREFUSED } from '@tiny/core'
import { address } from '@tiny/core/text'
import type { Socket } from '@tiny/udp'
import { errorName } from '../errors.ts'
import { ms, noTime } from '../paint.ts'
import type { Scene } from '../scene.ts'

const ECHO = 7
const NOBODY = 4711
const DATAGRAMS = 5
const EVERY_MS = 100
const FAR = '192.0.2.1'

/** Datagrams there and back, and what comes of those that nobody wants. */
export const exchange: Scene = {
  name: 'udp',
  title: 'UDP',
  about: 'right echoes what comes to port 7; nobody listens on port 4711, and no way leads to 192.0.2.1',
  play(stage, page) {
    const { left, right, net } = stage
    const { good, bad, warm, dim } = page.paint
    const echo = right.u.bind(ECHO, {
      onDatagram: (s, b, o, n, a, port) => void right.u.send(s, b, o, n, b, a, port),
    }) as Socket
    const sentAt: number[] = []
    const tookMs: (number | null)[] = Array.from({ length: DATAGRAMS }, () => null)
    let error: string | null = null
    const socket = left.u.bind(0, {
      onDatagram(_, b, o) {
        const i = b[o] ?? 0
        tookMs[i] = net.now() - (sentAt[i] ?? 0)
      },
      onError: (_, code) => {
        error = errorName(code)
      },
    }) as Socket
    const say = (text: string, to: Uint8Array, port: number): number => {
      const b = Buffer.from(text)
      return left.u.send(socket, b, 0, b.length, to, 0, port)
    }
    for (let i = 0; i < DATAGRAMS; i++)
      net.after(i * EVERY_MS, () => {
        sentAt[i] = net.now()
        say(`${String.fromCharCode(i)} reading`, right.address, ECHO)
      })
    net.run(DATAGRAMS * EVERY_MS + 500)
    tookMs.forEach((took, i) => {
      page.line(
        took === null
          ? `${bad(noTime)}  datagram ${i} has no answer: UDP sends once, and the wire has lost it or the echo`
          : `${good(ms(took))}  datagram ${i} from port ${socket.port} to port ${ECHO} and back ${dim('as it was')}`,
      )
    })

    const asked = net.now()
    // The report may be lost as everything else may: some patience is in order.
    for (let tries = 0; tries < 10 && error === null; tries++) {
      say('anybody?', right.address, NOBODY)
      net.run(1000, () => error !== null)
    }
    page.line(
      `${warm(ms(net.now() - asked))}  port ${NOBODY}: right has sent an ICMP error, the socket is told ${error}`,
    )
    const far = errorName(say('far', address(FAR), ECHO))
    page.line(
      `${warm(ms(0))}  ${FAR}: send() answers ${far} at once; with gateways() of @tiny/ipv4/gateway there is a way`,
    )
    const { port } = socket // closed, it has none
    left.u.close(socket)
    right.u.close(echo)
    const received = tookMs.filter(took => took !== null).length
    const passed = received > 0 && error === errorName(-ECONNREFUSED) && far === 'ENETUNREACH'
    return { passed, port, sent: DATAGRAMS, received, tookMs, refused: error, unreachable: far }
  },
}
