/** @typedef {{ status: string, assertionResults: { status: string }[] }} FileResult */

/**
 * Counts Vitest's JSON results. A file that could not run at all, and a failure that belongs to no test (an unhandled
 * rejection, a check outside Vitest), count as one failure each: "0 failed" always means that everything held.
 *
 * @param {{ success: boolean, testResults: FileResult[] } | undefined} results
 * @param {number} failedChecks how many checks outside Vitest failed
 */
export function summarize(results, failedChecks) {
  if (results === undefined) return { passed: 0, failed: failedChecks + 1, skipped: 0 }
  const tests = results.testResults.flatMap((file) => file.assertionResults.map(({ status }) => status))
  const count = (...statuses) => tests.filter((status) => statuses.includes(status)).length
  const brokenFiles = results.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length
  const known = count('failed') + brokenFiles
  const unexplained = !results.success && known === 0 ? 1 : 0
  return {
    passed: count('passed'),
    failed: known + unexplained + failedChecks,
    skipped: count('skipped', 'pending', 'todo', 'disabled'),
  }
}

/** The last line of `npm test`, as others read it. */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
