// The script that an engine runs: CASES is put in front of it.
import { answer } from './firmware.ts'

declare const CASES: string
declare const print: (text: string) => void

print(answer(CASES))
