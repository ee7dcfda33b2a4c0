// Waiting with a limit.

/** What a promise brings, unless it takes longer than so many seconds. */
export async function within(seconds, what, promise) {
  let timer;
  const tooLong = new Promise((_, reject) => {
    const sentence = `it did not happen within ${seconds} s that ${what}`;
    timer = setTimeout(() => reject(new Error(sentence)), seconds * 1000);
  });
  try {
    return await Promise.race([promise, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/** A short rest between two looks at something that may have changed. */
export function aMoment() {
  return new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
}
