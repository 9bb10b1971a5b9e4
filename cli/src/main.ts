import { runCommandLine } from './command-line.ts'
import { createOutput } from './output.ts'

const stopping = new AbortController()
for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect']) process.on(event, () => stopping.abort())
// Listening for the end of our starter must not keep us running once the work is done.
process.channel?.unref()

// `stella devices list | head`: the reader has enough, and so have we.
process.stdout.on('error', () => process.exit())

const noColor = (process.env.NO_COLOR ?? '') !== ''
const output = createOutput({ out: process.stdout, talk: process.stderr, noColor })
process.exitCode = await runCommandLine(process.argv.slice(2), process.env, output, stopping.signal)
