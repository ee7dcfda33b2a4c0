// Waiting with a time limit.

/** Returns the result of a promise, or fails after this many seconds. */
export async function within(seconds, what, promise) {
  let timer;
  const tooLong = new Promise((_, reject) => {
    const sentence = `timed out after ${seconds} s, waiting until ${what}`;
    timer = setTimeout(() => reject(new Error(sentence)), seconds * 1000);
  });
  try {
    return await Promise.race([promise, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/** A short pause before checking again whether something has changed. */
export function shortPause() {
  return new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
}
