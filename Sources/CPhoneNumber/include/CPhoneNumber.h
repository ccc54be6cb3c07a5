#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What the world's numbering plans say of an E.164 number.
typedef enum __attribute__((enum_extensibility(closed))) {
    PhoneNumberStandingUnknownCountryCode,
    PhoneNumberStandingTooShort,
    PhoneNumberStandingTooLong,
    PhoneNumberStandingImpossibleLength,
    /// The length occurs in its country; nothing says that the number has been handed out.
    PhoneNumberStandingPossible,
} PhoneNumberStanding;

typedef struct {
    PhoneNumberStanding standing;
    /// The country calling code; zero where the number begins with none.
    int callingCode;
    /// Whether the number lies in a range that its country gives out.
    bool isValid;
    /// Also for a number in no such range that goes on after a whole premium number.
    bool isPremiumRate;
    bool isTollFree;
    /// ISO 3166-1 alpha-2; both zero for numbers of no country, such as +800.
    char region[2];
} PhoneNumberFacts;

typedef enum __attribute__((enum_extensibility(closed))) {
    PhoneNumberShortNone,
    PhoneNumberShortCode,
    PhoneNumberShortEmergency,
} PhoneNumberShort;

/// The facts of the number whose digits, read as one decimal number, are `digits`.
PhoneNumberFacts phone_number_facts(uint64_t digits);

typedef struct {
    /// The E.164 number's digits as one decimal number; zero if no number can be made of the text.
    uint64_t digits;
    /// Whether the text began with what the region dials before an international number.
    bool isInternational;
} PhoneNumberReading;

/// Reads digits as a person in `region` (two letters; ZZ for none) dials them, in national or international form. A national prefix is left
/// out, behind a country code as well.
PhoneNumberReading phone_number_read(const char *digits, const char *region);

/// Whether the digits, dialled in `region`, reach an emergency service or another short code.
PhoneNumberShort phone_number_short(const char *digits, const char *region);

/// The country calling code of a region; zero if there is none.
int phone_number_calling_code(const char *region);

#ifdef __cplusplus
}
#endif
