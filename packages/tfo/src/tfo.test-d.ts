// One accepted and one refused line a rule.
import type { Ip, TcpListener } from '@tiny/core'
import { status, type Tcp, tcp } from '@tiny/tcp'
import { connect, rotate, serve, type TfoOptions, tfo } from './index.ts'

declare const ip: Ip
declare const listener: TcpListener
const b = new Uint8Array(8)

const t = tcp(ip, { fastOpen: tfo() })
const plain = tcp(ip)
const c = connect(t, b, 80, {}, b, { port: 5000 })
// @ts-expect-error it may be an error
t.write(c, b)
if (typeof c !== 'number') t.write(c, b)
// @ts-expect-error a stack whose slot is empty has no data in a SYN
connect(plain, b, 80, {}, b)
// @ts-expect-error without data it is t.connect
connect(t, b, 80, {})
// @ts-expect-error connect of tcp takes no data
t.connect(b, 80, {}, b)
serve(t, listener, 8)
// @ts-expect-error nor does it serve any
serve(plain, listener)
// @ts-expect-error a listener, not its port
serve(t, 80)
rotate(t, b)
// @ts-expect-error nor has it keys
rotate(plain)
// @ts-expect-error a key is octets
rotate(t, 'secret')
const stack: Tcp = t
if (typeof c !== 'number') {
  const isFast: boolean = status(stack, c).hasFastOpen
  void isFast
}

const options: TfoOptions = { servers: 4, cookieAge: 1000, backOff: 1000, key: b, keyAge: 1000 }
tfo(options)
// @ts-expect-error an option that does not exist
tfo({ pending: 8 })
// @ts-expect-error the slot takes tfo(), not a switch
tcp(ip, { fastOpen: true })
// @ts-expect-error nor the function itself
tcp(ip, { fastOpen: tfo })
