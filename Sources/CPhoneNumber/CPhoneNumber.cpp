#include "CPhoneNumber.h"

#include <phonenumbers/phonenumberutil.h>
#include <phonenumbers/shortnumberinfo.h>

#include <memory>
#include <string>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;
using i18n::phonenumbers::ShortNumberInfo;

namespace {

const PhoneNumberUtil &util() { return *PhoneNumberUtil::GetInstance(); }

const ShortNumberInfo &shortNumbers() {
    static const ShortNumberInfo info;
    return info;
}

/// Whether `region` is one of a country; the library calls the non-geographic ones 001 and those it does not know ZZ.
bool isCountry(const std::string &region) { return region.size() == 2 && region != "ZZ"; }

/// Splits the country code off. The library's own parser would also strip national prefixes, which E.164 does not have.
bool split(uint64_t digits, PhoneNumber &number) {
    std::string text = std::to_string(digits), region;
    for (size_t length = 1; length <= 3 && length < text.size(); length++) {
        int code = std::stoi(text.substr(0, length));
        util().GetRegionCodeForCountryCode(code, &region);
        if (region == "ZZ") continue;
        std::string national = text.substr(length);
        number.set_country_code(code);
        number.set_national_number(std::stoull(national));
        size_t zeros = national.find_first_not_of('0');
        if (zeros != 0 && zeros != std::string::npos) {
            number.set_italian_leading_zero(true);
            number.set_number_of_leading_zeros(static_cast<int>(zeros));
        }
        return true;
    }
    return false;
}

PhoneNumberStanding standing(const PhoneNumber &number) {
    switch (util().IsPossibleNumberWithReason(number)) {
    case PhoneNumberUtil::IS_POSSIBLE: return PhoneNumberStandingPossible;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE: return PhoneNumberStandingUnknownCountryCode;
    case PhoneNumberUtil::TOO_LONG: return PhoneNumberStandingTooLong;
    case PhoneNumberUtil::TOO_SHORT:
    case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY: return PhoneNumberStandingTooShort;
    default: return PhoneNumberStandingImpossibleLength;
    }
}

/// Networks pass over digits that are dialled too many, so a number that no range has is a premium one if its beginning is.
bool beginsAsPremiumRate(PhoneNumber number) {
    for (uint64_t national = number.national_number() / 10; national > 99; national /= 10) {
        number.set_national_number(national);
        PhoneNumberUtil::PhoneNumberType type = util().GetNumberType(number);
        if (type != PhoneNumberUtil::UNKNOWN) return type == PhoneNumberUtil::PREMIUM_RATE;
    }
    return false;
}

PhoneNumberFacts facts(uint64_t digits) {
    PhoneNumberFacts facts = {};
    PhoneNumber number;
    if (!split(digits, number)) return facts;
    facts.callingCode = number.country_code();
    facts.standing = standing(number);
    if (facts.standing != PhoneNumberStandingPossible) return facts;
    std::string region;
    util().GetRegionCodeForNumber(number, &region);
    if (region == "ZZ") util().GetRegionCodeForCountryCode(number.country_code(), &region);
    if (isCountry(region)) region.copy(facts.region, 2);
    PhoneNumberUtil::PhoneNumberType type = util().GetNumberType(number);
    facts.isValid = type != PhoneNumberUtil::UNKNOWN;
    facts.isPremiumRate = facts.isValid ? type == PhoneNumberUtil::PREMIUM_RATE : beginsAsPremiumRate(number);
    facts.isTollFree = type == PhoneNumberUtil::TOLL_FREE;
    return facts;
}

/// All that is asked of a North American number depends on its area code, the three digits after it, and its length.
uint64_t block(uint64_t digits) {
    bool isNorthAmerican = digits >= 12000000000 && digits < 20000000000;
    return isNorthAmerican ? digits / 10000 * 10000 + 123 : digits;
}

/// What was answered lately, one memory a thread: the library takes some 5 to 25 microseconds for a number, and this takes some nanoseconds.
struct Memory {
    static constexpr size_t size = 1 << 15;
    struct Entry {
        uint64_t digits;
        PhoneNumberFacts facts;
    };
    Entry entries[size];

    Entry &entry(uint64_t digits) { return entries[(digits * 0x9E3779B97F4A7C15) >> 49]; }
};

/// Its digits as one decimal number; zero if they are too many.
uint64_t e164(const PhoneNumber &number) {
    std::string formatted;
    util().Format(number, PhoneNumberUtil::E164, &formatted);
    return formatted.size() > 16 ? 0 : std::stoull(formatted.substr(1));
}

PhoneNumberFacts remembered(uint64_t digits) {
    thread_local std::unique_ptr<Memory> memory = std::make_unique<Memory>();
    digits = block(digits);
    Memory::Entry &entry = memory->entry(digits);
    if (entry.digits != digits) entry = {digits, facts(digits)};
    return entry.facts;
}

} // namespace

extern "C" {

PhoneNumberFacts phone_number_facts(uint64_t digits) try { return remembered(digits); } catch (...) { return {}; }

PhoneNumberReading phone_number_read(const char *text, const char *region) try {
    PhoneNumber number;
    if (util().ParseAndKeepRawInput(text, region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) return {};
    return {e164(number), number.country_code_source() == PhoneNumber::FROM_NUMBER_WITH_IDD};
} catch (...) {
    return {};
}

PhoneNumberShort phone_number_short(const char *digits, const char *region) try {
    if (shortNumbers().IsEmergencyNumber(digits, region)) return PhoneNumberShortEmergency;
    PhoneNumber number;
    if (util().Parse(digits, region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) return PhoneNumberShortNone;
    return shortNumbers().IsValidShortNumberForRegion(number, region) ? PhoneNumberShortCode : PhoneNumberShortNone;
} catch (...) {
    return PhoneNumberShortNone;
}

int phone_number_calling_code(const char *region) try { return util().GetCountryCodeForRegion(region); } catch (...) { return 0; }

} // extern "C"
