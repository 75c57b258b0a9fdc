// npm start [-- --seed N --json --capture FILE | --tap --stay]: the demonstration, scene by scene.
import { type Options, options, USAGE } from './options.ts'
import { fold, painter, wantsColour } from './paint.ts'
import type { Found, Page, Scene } from './scene.ts'
import { captured } from './scenes/capture.ts'
import { counted } from './scenes/counters.ts'
import { drops } from './scenes/drops.ts'
import { fastOpen } from './scenes/fastopen.ts'
import { fragments } from './scenes/fragments.ts'
import { pings } from './scenes/ping.ts'
import { resolution } from './scenes/resolution.ts'
import { sizes } from './scenes/sizes.ts'
import { page } from './scenes/tcp.ts'
import { exchange } from './scenes/udp.ts'
import { stage, WIRE } from './stage.ts'
import { missing, tapDemo } from './tap.ts'

/** Columns of running text. */
const WIDTH = 96

const SCENES: Scene[] = [resolution, pings, exchange, fragments, drops, page, fastOpen, captured, sizes, counted]

async function main({ seed, isJson, path }: Options): Promise<boolean> {
  const set = stage(seed, path)
  const { left, right } = set
  const paint = painter(!isJson && wantsColour(process.stdout, process.env))
  const print = (text: string): void => void (isJson || process.stdout.write(`${text}\n`))
  const book: Page = { paint, line: text => print(`   ${text}`) }

  print(`${paint.bold('@tiny')}: two machines on a simulated wire, on a virtual clock`)
  print(paint.dim(`seed ${seed}; to see the same again: npm start -- --seed ${seed}`))
  print('')
  const wire = `${WIRE.delay} ms, up to ${WIRE.jitter} ms more, ${WIRE.loss * 100} % lost`
  print(
    `   ${paint.cool(paint.bold('left'))} ${left.ip4} ├── ${wire} ──┤ ${right.ip4} ${paint.good(paint.bold('right'))}`,
  )

  const sections: { [name: string]: Found } = {}
  let passed = true
  for (const [i, scene] of SCENES.entries()) {
    print(`\n${paint.bold(`${i + 1}  ${scene.title}`)}`)
    for (const line of fold(scene.about, WIDTH)) print(`   ${paint.dim(line)}`)
    const found = await scene.play(set, book)
    sections[scene.name] = found
    passed &&= found.passed
  }
  const machines = [left, right].map(({ name, ip4, mac }) => ({ name, address: ip4, mac }))
  if (isJson) process.stdout.write(`${JSON.stringify({ seed, passed, machines, wire: WIRE, sections }, null, 2)}\n`)
  else if (!passed) print(paint.bad(`\nnot everything went as it should: npm start -- --seed ${seed} shows it again`))
  return passed
}

/** The same for --tap. */
async function mainTap({ isJson, isStaying }: Options): Promise<boolean> {
  const fault = missing()
  if (fault !== '') {
    process.stderr.write(`${fault}\n`)
    return false
  }
  const paint = painter(!isJson && wantsColour(process.stdout, process.env))
  const print = (text: string): void => void (isJson || process.stdout.write(`${text}\n`))
  print(
    `${paint.bold('@tiny')}: our machine on a TAP interface, Linux's own tools talk to it, in a network of their own\n`,
  )
  const found = await tapDemo({ paint, line: text => print(text && `   ${text}`) }, isStaying)
  if (isJson) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`)
  return found.passed
}

function read(): Options | null {
  try {
    return options(process.argv.slice(2), process.env)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`)
    return null
  }
}

const wanted = read()
if (wanted === null) process.exitCode = 2
else if (wanted.isHelp) process.stdout.write(USAGE)
else process.exitCode = (await (wanted.isTap ? mainTap : main)(wanted)) ? 0 : 1
