// node tools/run.mjs tools/iperf/index.ts: iperf3 over our own TCP, for the kernel's iperf3 at the other end of a TAP.
import { parseArgs } from 'node:util'
import { address } from '@tiny/core/text'
import { measure } from './client.ts'
import { KERNEL_SIDE, machine } from './machine.ts'
import { PORT } from './protocol.ts'
import { serve } from './server.ts'

const USAGE = `usage: node tools/run.mjs tools/iperf/index.ts -s | -c ADDRESS [-R] [-P STREAMS] [-t SECONDS]

  -s              serve tests of iperf3 -c 10.0.0.2, until Ctrl-C
  -c ADDRESS      measure against iperf3 -s
  -R              with -c: the server sends
  -P STREAMS      with -c: so many at once, 1 unless given
  -t SECONDS      with -c: 10 unless given
  -p PORT         ${PORT} unless given
  --tap NAME      the interface, tap0 unless given
  --address A/N   our own, 10.0.0.2/24 unless given

${KERNEL_SIDE}. As root.
`

const rate = (bytes: number[], seconds: number): string => {
  const all = bytes.reduce((sum, n) => sum + n, 0)
  return `${(all / 1e6).toFixed(1)} MB, ${((all * 8) / seconds / 1e6).toFixed(0)} Mbit/s`
}

interface Options {
  /** null: serve. */
  peer: Uint8Array | null
  port: number
  parallel: number
  seconds: number
  isReverse: boolean
  tap: string
  own: string
}

/** @throws Error for what is not understood */
function options(): Options {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const { values } = parseArgs({
    options: {
      ...{
        s: { ...flag, short: 's' },
        R: { ...flag, short: 'R' },
        c: { ...text, short: 'c' },
        P: { ...text, short: 'P' },
      },
      ...{ t: { ...text, short: 't' }, p: { ...text, short: 'p' }, tap: text, address: text },
    },
  })
  if (!values.s === !values.c) throw new Error('either -s or -c')
  const number = (value: string | undefined, usual: number, most: number): number => {
    const n = Number(value ?? usual)
    if (!(n >= 1 && n <= most)) throw new Error(`${value} is not 1 to ${most}`)
    return n
  }
  return {
    peer: values.c ? address(values.c) : null,
    port: number(values.p, PORT, 65535),
    parallel: number(values.P, 1, 128),
    seconds: number(values.t, 10, 86400),
    isReverse: values.R ?? false,
    tap: values.tap ?? 'tap0',
    own: values.address ?? '10.0.0.2/24',
  }
}

async function main({ peer, port, parallel, seconds, isReverse, tap, own }: Options): Promise<void> {
  const m = machine(tap, own)
  if (!peer) {
    serve(m.t, port, ({ isReverse, bytes, seconds, error }) =>
      console.log(error || `${isReverse ? 'sent' : 'received'} ${rate(bytes, seconds)} in ${seconds.toFixed(2)} s`),
    )
    console.log(`serves at port ${port} of ${own}, until Ctrl-C`)
    return
  }
  try {
    const found = await measure(m.t, { address: peer, port, seconds, parallel, isReverse })
    console.log(
      `we ${isReverse ? 'received' : 'sent'} ${rate(found.ours, found.seconds)} in ${found.seconds.toFixed(2)} s`,
    )
    console.log(`the server ${isReverse ? 'sent' : 'received'} ${rate(found.theirs, found.seconds)}`)
  } catch (e) {
    console.error((e as Error).message)
    process.exitCode = 1
  } finally {
    m.close()
  }
}

let read: Options | null = null
try {
  read = options()
} catch (e) {
  process.stderr.write(`${(e as Error).message}\n\n${USAGE}`)
  process.exitCode = 2
}
if (read) await main(read)
