package org.onpar.core;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.ToNumberPolicy;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;

/**
 * Reads a text as JSON that Python, Java and C++ take or refuse alike: no key twice, no byte order
 * mark, no half of a surrogate pair, no long number or one beyond a double, and no deep nesting.
 */
final class StrictJson {
    private static final char BYTE_ORDER_MARK = '\ufeff';

    private StrictJson() {}

    /** @throws JsonParseException or IOException, whose first line says what is wrong */
    static JsonElement read(String text) throws IOException {
        // Gson would leave it out.
        if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
            throw new JsonParseException("it begins with a byte order mark");
        }
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        reader.setNestingLimit(Limits.MAX_JSON_DEPTH);
        JsonElement element = element(reader);
        if (reader.peek() != JsonToken.END_DOCUMENT) {
            throw new JsonParseException("there is more behind its end");
        }
        return element;
    }

    private static JsonElement element(JsonReader reader) throws IOException {
        switch (reader.peek()) {
            case BEGIN_OBJECT:
                return object(reader);
            case BEGIN_ARRAY:
                JsonArray array = new JsonArray();
                reader.beginArray();
                while (reader.hasNext()) {
                    array.add(element(reader));
                }
                reader.endArray();
                return array;
            case STRING:
                return new JsonPrimitive(whole(reader.nextString()));
            case NUMBER:
                return new JsonPrimitive(number(reader));
            case BOOLEAN:
                return new JsonPrimitive(reader.nextBoolean());
            default:
                reader.nextNull();
                return JsonNull.INSTANCE;
        }
    }

    private static JsonObject object(JsonReader reader) throws IOException {
        JsonObject object = new JsonObject();
        reader.beginObject();
        while (reader.hasNext()) {
            String key = whole(reader.nextName());
            if (object.has(key)) {
                throw new JsonParseException("has the key '" + key + "' twice");
            }
            object.add(key, element(reader));
        }
        reader.endObject();
        return object;
    }

    /** It is kept as it is written: `3e0` is not read as the integer 3. */
    private static Number number(JsonReader reader) throws IOException {
        Number number = ToNumberPolicy.LAZILY_PARSED_NUMBER.readNumber(reader);
        int length = number.toString().length();
        if (length > Limits.MAX_NUMBER_LENGTH) {
            throw new JsonParseException(
                    "a number has " + length + " characters, at most " + Limits.MAX_NUMBER_LENGTH);
        }
        if (Double.isInfinite(number.doubleValue())) {
            throw new JsonParseException("a number is out of the range of a double");
        }
        return number;
    }

    private static String whole(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new JsonParseException("a string holds half of a surrogate pair");
        }
        return text;
    }
}
