using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace InterestService.Pipeline.Options;

/// <summary>
/// Marks a property of an encoder's or algorithm's options that requests may set. The property's name, type, validation attributes and
/// XML summary are the contract: the request's field, its check and its description follow from them.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RequestOptionAttribute : Attribute
{
    /// <summary>Place among the request's fields, ascending. By default after all that have one, in the order of registration.</summary>
    public int Order { get; init; } = int.MaxValue;
}

/// <summary>An option that requests may set.</summary>
/// <param name="Name">As requests and <see cref="OptionValues"/> spell it, camel case.</param>
/// <param name="Property">The declaration, with its validation attributes and XML summary.</param>
/// <param name="Type">The type of a value that need not be given: nullable.</param>
/// <param name="Order">See <see cref="RequestOptionAttribute.Order"/>.</param>
public sealed record RequestOption(string Name, PropertyInfo Property, Type Type, int Order)
{
    /// <summary>Returns the checks of a value.</summary>
    public IEnumerable<ValidationAttribute> Checks => Property.GetCustomAttributes<ValidationAttribute>();

    /// <summary>
    /// Collects the options of some records in the order of the request's fields. An option that several records declare appears once: a
    /// request sets it for all of them.
    /// </summary>
    /// <param name="records">Types of options records.</param>
    /// <exception cref="InvalidOperationException">Records declare the same option with another type or other checks.</exception>
    public static IReadOnlyList<RequestOption> Collect(IEnumerable<Type> records)
    {
        var declared = records.SelectMany(Declared).GroupBy(option => option.Name).ToList();
        foreach (var same in declared)
        {
            if (same.DistinctBy(option => (option.Type, string.Join("; ", option.Checks.Select(check => check.FormatErrorMessage(option.Name))))).Count() > 1)
                throw new InvalidOperationException($"Options records declare '{same.Key}' in different ways.");
        }

        return [.. declared.Select(same => same.First()).OrderBy(option => option.Order)];
    }

    /// <summary>Returns the marked properties of a record, those of its bases first.</summary>
    private static IEnumerable<RequestOption> Declared(Type record)
    {
        if (record.BaseType is { } parent)
            foreach (var option in Declared(parent)) yield return option;
        foreach (var property in record.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        {
            if (property.GetCustomAttribute<RequestOptionAttribute>() is not { } marker) continue;
            bool nullable = !property.PropertyType.IsValueType || Nullable.GetUnderlyingType(property.PropertyType) is not null;
            var type = nullable ? property.PropertyType : typeof(Nullable<>).MakeGenericType(property.PropertyType);
            yield return new RequestOption(OptionValues.NameOf(property), property, type, marker.Order);
        }
    }
}
