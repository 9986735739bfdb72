import { useState, type ReactNode } from 'react';
import { useMutation } from '../api/use-mutation.js';
import { useAnnounce } from '../ui/announce.js';
import { words } from '../ui/format.js';
import { OutcomeNote } from '../ui/refusal.js';
import type { Role } from './identity.documents.js';
import { ROLES } from './roles.js';
import { CHANGE_ROLE, type Member } from './settings.documents.js';

/** What a member may do, to be changed at once; what is refused goes back to what it was. */
export function RoleSelect({ member: { memberId, name, role } }: { readonly member: Member }): ReactNode {
  const announce = useAnnounce();
  const { outcome, run } = useMutation(CHANGE_ROLE);
  const [chosen, setChosen] = useState<Role | null>(null);
  const change = async (next: Role): Promise<void> => {
    setChosen(next);
    const answer = await run({ memberId, role: next });
    setChosen(null);
    if (answer !== null) announce(`${name} is ${words(next).toLowerCase()} now`);
  };
  return (
    <>
      <select aria-label={`Role of ${name}`} value={chosen ?? role} aria-disabled={chosen !== null} onChange={({ target }) => void change(target.value as Role)}>
        {ROLES.map(({ value, text }) => <option key={value} value={value} title={text}>{words(value)}</option>)}
      </select>
      <OutcomeNote outcome={outcome} />
    </>
  );
}
