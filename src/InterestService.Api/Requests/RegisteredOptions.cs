using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization.Metadata;
using InterestService.Pipeline;

namespace InterestService.Api.Requests;

/// <summary>
/// Makes the options of the registered encoders and algorithms fields of <see cref="ClusteringParameters"/>: in JSON, in the configuration
/// and in validation they are like its own properties, and stand before these.
/// </summary>
internal static class RegisteredOptions
{
    /// <summary>Creates what reads and writes all types as by default, and <see cref="ClusteringParameters"/> with the options.</summary>
    public static DefaultJsonTypeInfoResolver CreateJsonResolver() => new() { Modifiers = { AddToJson } };

    /// <summary>Reads the options of a section of the configuration.</summary>
    /// <exception cref="InvalidOperationException">A value is of another type than its option.</exception>
    public static ClusteringParameters Bind(ClusteringParameters parameters, IConfigurationSection section)
    {
        var values = RequestOptions.All.Aggregate(
            parameters.Options, (values, option) => values.With(option.Name, section.GetSection(option.Name).Get(option.Type)));
        return parameters with { Options = values };
    }

    /// <summary>Checks the options that are set, by their validation attributes.</summary>
    public static IEnumerable<ValidationResult> Validate(ClusteringParameters parameters)
    {
        foreach (var option in RequestOptions.All)
        {
            if (parameters.Options[option.Name] is not { } value) continue;
            var results = new List<ValidationResult>();
            Validator.TryValidateValue(value, new ValidationContext(parameters) { MemberName = option.Name }, results, option.Checks);
            foreach (var result in results) yield return result;
        }
    }

    private static void AddToJson(JsonTypeInfo type)
    {
        if (type.Type != typeof(ClusteringParameters)) return;
        foreach (var (index, option) in RequestOptions.All.Index())
        {
            var property = type.CreateJsonPropertyInfo(option.Type, option.Name);
            property.Get = parameters => ((ClusteringParameters)parameters).Options[option.Name];
            property.Set = (parameters, value) =>
            {
                var read = (ClusteringParameters)parameters;
                read.Options = read.Options.With(option.Name, value);
            };
            type.Properties.Insert(index, property);
        }
    }
}
