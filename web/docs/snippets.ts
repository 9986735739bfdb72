import type { Snippet } from '../ui/code-tabs.js';

/** How to call what one holds, with any client of OpenAI's protocol. The key stays in the environment. */
export function inferenceSnippets(baseUrl: string, model: string): readonly Snippet[] {
  return [
    {
      name: 'curl',
      text: `curl ${baseUrl}/chat/completions \\
  -H "authorization: Bearer $HEADROOM_KEY" \\
  -H "content-type: application/json" \\
  -d '{"model": "${model}", "stream": true,
       "messages": [{"role": "user", "content": "Hello"}]}'`,
    },
    {
      name: 'Python',
      text: `import os
from openai import OpenAI

client = OpenAI(base_url="${baseUrl}", api_key=os.environ["HEADROOM_KEY"])
stream = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello"}],
    stream=True,
)
for chunk in stream:
    print(chunk.choices[0].delta.content or "", end="")`,
    },
    {
      name: 'TypeScript',
      text: `import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${baseUrl}', apiKey: process.env.HEADROOM_KEY });
const stream = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Hello' }],
  stream: true,
});
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '');`,
    },
  ];
}

/** A question to the API as anybody can ask it, and one that needs a key. */
export function apiSnippets(origin: string): readonly Snippet[] {
  return [
    {
      name: 'What is offered',
      text: `curl ${origin}/graphql -H "content-type: application/json" -d '{
  "query": "{ listings(first: 5) { edges { node { listingId marketId unitPrice quantity window { start end } } } } }"
}'`,
    },
    {
      name: 'Reserve',
      text: `curl ${origin}/graphql -H "content-type: application/json" \\
  -H "authorization: Bearer $HEADROOM_KEY" -d '{
  "query": "mutation($key: IdempotencyKey!, $input: ReserveInput!) { reserve(idempotencyKey: $key, input: $input) { __typename ... on ReserveSuccess { reservation { reservationId amount expiresAt } } ... on Rejection { code message } } }",
  "variables": {
    "key": "my-first-reservation",
    "input": {
      "listingId": "…",
      "quantity": "1500",
      "window": { "start": "2026-12-01T10:00:00Z", "end": "2026-12-01T14:00:00Z" }
    }
  }
}'`,
    },
  ];
}
