using System.ComponentModel;
using System.Globalization;
using InterestService.Pipeline;
using InterestService.Pipeline.Options;

namespace InterestService.Benchmarks.Training;

/// <summary>An encoder with the options to compare it by.</summary>
/// <param name="Text">As the command line gives it.</param>
/// <param name="Encoder">Name of the encoder.</param>
/// <param name="Options">Options that are set.</param>
internal sealed record Candidate(string Text, string Encoder, OptionValues Options)
{
    /// <summary>Reads <c>encoder:option=value:option=value</c>.</summary>
    /// <exception cref="ArgumentException">There is no such encoder or option, or the value is of another type.</exception>
    public static Candidate Parse(string text)
    {
        string[] parts = text.Split(':');
        return new Candidate(text, Encoders.Named(parts[0]).Name, parts[1..].Aggregate(OptionValues.None, With));
    }

    private static OptionValues With(OptionValues options, string assignment)
    {
        string[] sides = assignment.Split('=');
        var option = RequestOptions.All.FirstOrDefault(known => known.Name == sides[0]);
        if (option is null || sides.Length != 2) throw new ArgumentException($"'{assignment}' sets no known option; expected option=value.", nameof(assignment));
        return options.With(option.Name, TypeDescriptor.GetConverter(option.Type).ConvertFromString(null, CultureInfo.InvariantCulture, sides[1]));
    }
}
