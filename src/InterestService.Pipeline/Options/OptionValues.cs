using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace InterestService.Pipeline.Options;

/// <summary>
/// The options that are set, by name in camel case; everything else keeps its default. Immutable, and equal to another with the same
/// values, so that requests that hold them can be compared. Encoders and algorithms take the options that they know and ignore the rest.
/// </summary>
public sealed class OptionValues : IEquatable<OptionValues>
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerOptions.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private ImmutableSortedDictionary<string, object> _values = ImmutableSortedDictionary.Create<string, object>(StringComparer.Ordinal);

    /// <summary>No option is set.</summary>
    public static OptionValues None { get; } = new();

    /// <summary>The value of an option; null where it is not set.</summary>
    public object? this[string name]
    {
        get => _values.GetValueOrDefault(name);
        init => Set(name, value);
    }

    /// <summary>Returns the same values with one changed.</summary>
    /// <param name="name">In camel case.</param>
    /// <param name="value">Null: not set.</param>
    public OptionValues With(string name, object? value)
    {
        var changed = new OptionValues { _values = _values };
        changed.Set(name, value);
        return changed;
    }

    /// <summary>Creates an options record from the values that it has properties for.</summary>
    internal TOptions Bind<TOptions>()
        where TOptions : class => Bind<TOptions>(ToJson());

    /// <summary>Creates an options record from a JSON object. Names are compared without regard to case; others are ignored.</summary>
    /// <exception cref="JsonException">A value is of another type than its property.</exception>
    internal static TOptions Bind<TOptions>(JsonObject json)
        where TOptions : class => json.Deserialize<TOptions>(_json)!;

    internal JsonObject ToJson() =>
        new(_values.Select(option => KeyValuePair.Create(option.Key, JsonSerializer.SerializeToNode(option.Value, _json))));

    internal static string NameOf(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    public bool Equals(OptionValues? other) => other is not null && _values.SequenceEqual(other._values);

    public override bool Equals(object? obj) => Equals(obj as OptionValues);

    public override int GetHashCode() => _values.Aggregate(_values.Count, (hash, option) => HashCode.Combine(hash, option.Key, option.Value));

    private void Set(string name, object? value) => _values = value is null ? _values.Remove(name) : _values.SetItem(name, value);
}
