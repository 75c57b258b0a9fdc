// npm start -- --tap: our machine on a TAP interface in a network of its own, and Linux's tools that talk to it.
import type { Dev, Tcp } from '@tiny/core'
import { macText, prefix } from '@tiny/core/text'
import { mib } from '@tiny/mib'
import { drops, findings, witness } from '@tiny/mib/explain'
import { meter } from '@tiny/mib/meter'
import { difference, snapshot } from '@tiny/mib/proc'
import { tcp } from '@tiny/tcp'
import { env, run, tap } from '@tiny/tun'
import { enter, lacking, must, type Ran, sh } from '../netns/index.ts'
import { serve } from '../tinystat/serve.ts'
import { LARGEST, machine } from './machine.ts'
import { servePage } from './page.ts'
import { fold } from './paint.ts'
import type { Found, Page } from './scene.ts'

const OURS = '10.0.0.2'
const KERNEL = '10.0.0.1'
const ECHO_PORT = 7
const HTTP_PORT = 80
const TOOLS = ['arping', 'ping', 'traceroute', 'nc', 'curl']
const WIDTH = 96

/** What to do about what is missing. */
const REMEDY: { readonly [what: string]: string } = {
  Linux: 'a TAP interface is a thing of Linux: run it in a container or on a machine with Linux',
  root: 'making a network wants root: sudo npm start -- --tap',
  '/dev/net/tun':
    'no access to /dev/net/tun: run as root; if it is not there, modprobe tun, and give a container --device /dev/net/tun --cap-add NET_ADMIN',
}

interface Step {
  about: string
  command: string
  /** What it has to say. */
  wants: RegExp
}

const STEPS: Step[] = [
  {
    about: 'Who has the address? We answer ARP.',
    command: `arping -c 2 -I tap0 ${OURS}`,
    wants: /Received 2 response/,
  },
  {
    about: 'Echo: in one frame, and in fragments that we put together and cut again.',
    command: `ping -n -c 3 -i 0.2 ${OURS}`,
    wants: /3 received, 0% packet loss/,
  },
  {
    about: '',
    command: `ping -n -c 3 -i 0.2 -s ${LARGEST} ${OURS}`,
    wants: /3 received, 0% packet loss/,
  },
  {
    about: 'As fast as it goes.',
    command: `ping -n -q -f -c 20000 ${OURS}`,
    wants: /20000 received, 0% packet loss/,
  },
  {
    about: 'Datagrams to ports where nobody listens: we say so, and traceroute knows that it has arrived.',
    command: `traceroute -n -q 3 -m 3 ${OURS}`,
    wants: /\n 1 {2}10\.0\.0\.2 /,
  },
  {
    about: `UDP: port ${ECHO_PORT} sends back what comes.`,
    command: `echo 'hello from the kernel' | nc -u -w 1 ${OURS} ${ECHO_PORT}`,
    wants: /^hello from the kernel\n$/,
  },
  {
    about: `TCP: port ${HTTP_PORT} serves a page of 120 lines.`,
    command: `curl -sSi http://${OURS}/ | sed -n '1,3p;$p'`,
    wants: /^HTTP\/1.0 200 OK\r\n.*\nline 120: /s,
  },
]

/** What is missing for it, with what to do; '' when nothing is. */
export function missing(): string {
  const what = lacking(...TOOLS)
  return (
    what &&
    `tap: ${REMEDY[what] ?? `${what} is not installed: apt-get install iproute2 iputils-arping iputils-ping traceroute netcat-openbsd curl`}`
  )
}

async function step({ about, command, wants }: Step, { paint, line }: Page): Promise<Ran & { passed: boolean }> {
  if (about) line('')
  for (const text of about ? fold(about, WIDTH) : []) line(paint.dim(text))
  line(paint.bold(`$ ${command}`))
  const ran = await sh(command)
  const passed = wants.test(ran.out)
  for (const text of ran.out.trim().split('\n')) if (text !== '') line(passed ? text : paint.bad(text))
  return { ...ran, passed }
}

/**
 * Plays it to the end, and with `isStaying` keeps the machine until Ctrl-C.
 *
 * The process is in another network from then on.
 */
export async function tapDemo(page: Page, isStaying: boolean): Promise<Found> {
  const { paint, line } = page
  await enter()
  const counters = mib()
  const seen = witness(counters)
  const card = tap({ name: 'tap0' })
  const dev = meter<Dev>(card)
  const { h, u, ip, link } = machine(env(), dev, prefix(`${OURS}/24`), seen)
  counters.ip = ip
  u.bind(
    ECHO_PORT,
    { onDatagram: (s, b, o, n, a, port) => void u.send(s, b, o, n, b, a, port) },
    { queue: 2 * (LARGEST + 100) },
  )
  const t = tcp(ip)
  servePage(t, HTTP_PORT)
  const stop = run(h, dev)
  await must(sh(`ip addr add ${KERNEL}/24 dev tap0 && ip link set tap0 up`))
  line(
    `${paint.cool(paint.bold('the kernel'))} ${KERNEL} ├── tap0 ──┤ ${OURS} ${paint.good(paint.bold('us'))}, ${macText(card.mac)}`,
  )

  const steps: { command: string; passed: boolean; out: string }[] = []
  for (const one of STEPS) {
    const { passed, out } = await step(one, page)
    steps.push({ command: one.command, passed, out })
  }
  line('')
  line(paint.dim('What our machine has dropped, and why; and what its counters say.'))
  const found = drops(counters.times, seen.details)
  const moved = findings(difference({}, snapshot(counters)))
  for (const { text, cure } of [...found, ...moved.filter(one => one.cure !== '')])
    for (const [i, part] of fold(cure ? `${text}: ${cure}` : text, WIDTH).entries()) line(i ? `  ${part}` : part)

  line('')
  if (isStaying) {
    line(paint.bold('The machine stays until Ctrl-C. By hand, in another terminal, as root:'))
    for (const [command, what] of [
      [`nsenter -t ${process.pid} -n ping ${OURS}`, 'any tool behind nsenter ... -n is in its network'],
      [`nsenter -t ${process.pid} -n nc -u ${OURS} ${ECHO_PORT}`, 'a line you type comes back'],
      [`nsenter -t ${process.pid} -n curl http://${OURS}/`, 'a page'],
      [`nsenter -t ${process.pid} -n tcpdump -ni tap0`, 'see it all'],
      ['node tools/run.mjs tools/tinystat/index.ts -s -t -u -r', 'its counters and tables; -l: rates'],
    ])
      line(`  ${command}   ${paint.dim(`# ${what}`)}`)
    const stack = { name: card.name, counters, witness: seen, ip, link, tcp: t as Tcp, udp: u, meter: dev.meter }
    const hush = await serve(stack)
    await new Promise<void>(resolve => process.once('SIGINT', resolve).once('SIGTERM', resolve))
    hush()
  } else line('To try by hand: npm start -- --tap --stay')
  stop()
  card.close()
  return {
    passed: steps.every(({ passed }) => passed),
    steps,
    drops: Object.fromEntries(found.map(({ text, times }) => [text, times])),
    counters: Object.fromEntries(moved.map(({ counter, times }) => [counter, times])),
  }
}
