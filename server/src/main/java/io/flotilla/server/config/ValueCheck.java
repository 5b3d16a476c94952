package io.flotilla.server.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Says what is wrong with a value, in words for people. */
interface ValueCheck {
    /** Empty when the value is legal. */
    Optional<String> defect(String value);

    static ValueCheck any() {
        return value -> Optional.empty();
    }

    static ValueCheck notBlank() {
        return value -> value.isBlank() ? Optional.of("must not be empty") : Optional.empty();
    }

    static ValueCheck pattern(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return value -> pattern.matcher(value).matches() ? Optional.empty() : Optional.of("must match " + regex);
    }

    static ValueCheck oneOf(String... values) {
        List<String> legal = List.of(values);
        return value ->
                legal.contains(value) ? Optional.empty() : Optional.of("must be one of " + String.join(", ", legal));
    }

    static ValueCheck listOf(String... values) {
        List<String> legal = List.of(values);
        return value -> {
            List<String> parts =
                    Arrays.stream(value.split(",", -1)).map(String::trim).toList();
            return legal.containsAll(parts)
                    ? Optional.empty()
                    : Optional.of("must be a list of " + String.join(" and ", legal) + ", separated by a comma");
        };
    }

    /** A bound that can be left out. */
    static ValueCheck positiveOrUnlimited(long max) {
        String range = "must be a whole number between 1 and " + max + ", or -1 for no limit";
        ValueCheck number = between(-1, max);
        return value -> number.defect(value).isPresent() || value.equals("0") ? Optional.of(range) : Optional.empty();
    }

    static ValueCheck betweenReal(double min, double max) {
        String range = "must be a number between " + min + " and " + max;
        return value -> {
            try {
                double number = Double.parseDouble(value);
                return number >= min && number <= max ? Optional.empty() : Optional.of(range);
            } catch (NumberFormatException e) {
                return Optional.of(range);
            }
        };
    }

    static ValueCheck between(long min, long max) {
        String range = "must be a whole number between " + min + " and " + max;
        return value -> {
            try {
                long number = Long.parseLong(value);
                return number >= min && number <= max ? Optional.empty() : Optional.of(range);
            } catch (NumberFormatException e) {
                return Optional.of(range);
            }
        };
    }
}
