// netstat for a machine of ours that runs in another process, such as that of `npm start -- --tap --stay`:
//   node tools/run.mjs tools/tinystat/index.ts [-s] [-t] [-u] [-r] [-w] [-l [-i SECONDS] [-n TIMES]] [-S SOCKET]
import { connect } from 'node:net'
import { parseArgs } from 'node:util'
import { connections, endpoints, rates, routes, said, statistics } from './print.ts'
import { newest } from './serve.ts'
import type { Files } from './stack.ts'

const USAGE = `usage: tinystat [-s] [-t] [-u] [-r] [-w] [-l [-i SECONDS] [-n TIMES]] [-S SOCKET]

  -s  counters of every protocol      -t  TCP connections      -u  UDP and raw sockets
  -r  routes, neighbours, interfaces  -w  what the counters say: what is wrong, and what to do; also if nothing is asked for
  -l  rates, live: every -i SECONDS (1), -n TIMES (until Ctrl-C)
  -S  the socket of the machine; that which was started last unless given
`

const ask = (path: string): Promise<Files> =>
  new Promise((resolve, reject) => {
    let text = ''
    connect(path)
      .setEncoding('utf8')
      .on('data', part => (text += part))
      .on('error', reject)
      .on('end', () => resolve(JSON.parse(text)))
  })

const print = (lines: string[]): void => void process.stdout.write(`${lines.join('\n')}\n`)

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      s: { type: 'boolean', short: 's' },
      t: { type: 'boolean', short: 't' },
      u: { type: 'boolean', short: 'u' },
      r: { type: 'boolean', short: 'r' },
      w: { type: 'boolean', short: 'w' },
      l: { type: 'boolean', short: 'l' },
      i: { type: 'string', short: 'i', default: '1' },
      n: { type: 'string', short: 'n', default: 'Infinity' },
      S: { type: 'string', short: 'S' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const isAny = values.s || values.t || values.u || values.r || values.w || values.l
  const [seconds, times] = [Number(values.i), Number(values.n)]
  if (values.help || !(seconds >= 0.01) || !(times >= 1)) {
    process.stdout.write(USAGE)
    return values.help ? 0 : 2
  }
  const path = values.S ?? newest()
  if (!path) throw new Error('no machine runs: npm start -- --tap --stay starts one')
  let f = await ask(path)
  if (values.s) print(statistics(f))
  if (values.t) print(connections(f))
  if (values.u) print(endpoints(f))
  if (values.r) print(routes(f))
  if (values.w || !isAny) print(said(f))
  for (let i = 0; values.l && i < times; i++) {
    const at = performance.now()
    await new Promise(resolve => setTimeout(resolve, seconds * 1000))
    const now = await ask(path)
    const lines = rates(f, now, (performance.now() - at) / 1000)
    print([...(lines.length ? lines : ['nothing moves']), ''])
    f = now
  }
  return 0
}

main().then(
  code => (process.exitCode = code),
  (error: Error) => {
    process.stderr.write(`tinystat: ${error.message}\n`)
    process.exitCode = 1
  },
)
