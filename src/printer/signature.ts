/** Whether the cardholder signs, and what is said where he need not (dialect sheet 11.5). */
import type { Bilingual } from '../domain/bilingual.ts';
import { formatAmount, type AmountMinor, type Currency } from '../domain/money.ts';
import type { Slip, SlipWaiver } from '../domain/slip.ts';
import { centered } from './blocks.ts';
import type { Block } from './document.ts';

const SIGNATURE: Bilingual = { zh: '持卡人签名', en: 'CARDHOLDER SIGNATURE' };
const ACKNOWLEDGEMENT: Bilingual = {
  zh: '本人确认以上交易，同意将其记入本卡账户',
  en: 'I ACKNOWLEDGE THE ABOVE TRANSACTION AND AGREE TO CHARGE IT TO THIS CARD',
};

const ON_DEVICE: Bilingual = {
  zh: '移动设备已验证用户，免密免签',
  en: 'VERIFIED ON DEVICE, NO PIN AND NO SIGNATURE REQUIRED',
};
const ELECTRONIC_CASH: Bilingual = { zh: '电子现金交易，无需签名', en: 'ELECTRONIC CASH, NO SIGNATURE REQUIRED' };
const PAYMENT_CODE: Bilingual = { zh: '扫码交易，免签名', en: 'CODE PAYMENT, NO SIGNATURE REQUIRED' };

/** Only the merchant keeps a signature. */
export function signatureBlocks({ copy, currency, signatureLine, waiver }: Slip): readonly Block[] {
  const text = waiver === undefined ? undefined : waiverText(waiver, currency);
  const isSigned = signatureLine && copy === 'merchant' && !waivesSignature(waiver);
  return [
    ...(text === undefined ? [] : [centered(text, 'small')]),
    ...(isSigned ? [{ type: 'signature', label: SIGNATURE, acknowledgement: ACKNOWLEDGEMENT } as const] : []),
  ];
}

const waivesSignature = (waiver: SlipWaiver | undefined): boolean =>
  waiver !== undefined && (waiver.by !== 'limit' || waiver.noSignatureUpTo !== undefined);

function waiverText(waiver: SlipWaiver, currency: Currency): Bilingual | undefined {
  switch (waiver.by) {
    case 'device':
      return ON_DEVICE;
    case 'electronic-cash':
      return ELECTRONIC_CASH;
    case 'payment-code':
      return PAYMENT_CODE;
    case 'limit':
      break;
  }
  return limitText(waiver, currency);
}

function limitText(
  { noPinUpTo, noSignatureUpTo }: Extract<SlipWaiver, { by: 'limit' }>,
  currency: Currency,
): Bilingual | undefined {
  if (noPinUpTo !== undefined && noSignatureUpTo !== undefined) {
    const limit = BigInt(noPinUpTo) < BigInt(noSignatureUpTo) ? noPinUpTo : noSignatureUpTo;
    return below(limit, currency, { zh: '免密免签', en: 'NO PIN AND NO SIGNATURE REQUIRED' }, '超过');
  }
  if (noPinUpTo !== undefined) return below(noPinUpTo, currency, { zh: '无需输密', en: 'NO PIN REQUIRED' }, '超');
  if (noSignatureUpTo === undefined) return undefined;
  return below(noSignatureUpTo, currency, { zh: '免签名', en: 'NO SIGNATURE REQUIRED' }, '超');
}

function below(limit: AmountMinor, currency: Currency, waived: Bilingual, exceeds: string): Bilingual {
  const amount = formatAmount(limit, currency).replace(/\.0+$/, '');
  return {
    zh: `交易金额未${exceeds}${amount}元，${waived.zh}`,
    en: `AMOUNT WITHIN ${currency.slipPrefix} ${amount}, ${waived.en}`,
  };
}
