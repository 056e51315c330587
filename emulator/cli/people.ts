/** Who may sign on at the terminal of `npm start`; the passwords are no secret. */

/** As the terminal's configuration takes it. The hashes are those of the passwords below (`npm run tool -- password`). */
export const TEST_PEOPLE = {
  supervisor: {
    number: '00',
    passwordHash:
      'scrypt$32768$8$1$fc55481703c9fd077a4b3635a13d184c$fea2fc935a8312bafbf0c73dee9c93dbb318717ef6b12dc3d4ec7c9a75b33d2c',
  },
  operators: [
    {
      number: '01',
      passwordHash:
        'scrypt$32768$8$1$481ad78cffd51c3b5f9151bdc6f1d4fe$381e8f7de3588f91fa0d3b4349f57c5a7b22a88a4c251aa579f3b5fdcf6bc45d',
    },
  ],
};

export const TEST_PASSWORDS: Readonly<Record<string, string>> = { '00': '12345678', '01': '0000' };

export const TEST_PEOPLE_HELP: readonly string[] = [
  `  操作员 01 密码 ${TEST_PASSWORDS['01']};主管 00 密码 ${TEST_PASSWORDS['00']}`,
  `  Operator 01 has the password ${TEST_PASSWORDS['01']}, supervisor 00 has ${TEST_PASSWORDS['00']}.`,
];
