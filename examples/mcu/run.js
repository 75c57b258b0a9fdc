// node run.js FILE: on Duktape (duk) where there is one, else in a context of Node's that has nothing but print().
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'

const file = process.argv[2]
const { error, status } = spawnSync('duk', [file], { stdio: 'inherit' })
if (error) runInNewContext(readFileSync(file, 'utf8'), { print: console.log })
console.log(error ? 'that was Node: there is no duk here' : 'that was Duktape')
process.exitCode = error ? 0 : status
