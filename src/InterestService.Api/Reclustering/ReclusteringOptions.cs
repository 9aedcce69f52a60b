using InterestService.Api.Hosting;
using InterestService.Api.Requests;

namespace InterestService.Api.Reclustering;

/// <summary>When the service starts a clustering by itself.</summary>
internal sealed class ReclusteringOptions
{
    /// <summary>At which times, in UTC: <c>0 3 * * *</c> is every night at three. Default null: at none.</summary>
    public string? Cron { get; set; }

    /// <summary>
    /// The part of the users who have moved, or of new events that are on items which the model does not know, above which a clustering
    /// starts: above 0, up to 1. Default null: it is measured and nothing follows.
    /// </summary>
    public double? DriftThreshold { get; set; }

    /// <summary>What to start, as <c>POST /clusterings</c> takes it.</summary>
    public StartClusteringRequest Request { get; set; } = new();

    /// <summary>Reads the options of the registered encoders and algorithms, which the binder of the configuration does not know.</summary>
    public void BindRegisteredOptions(IConfiguration configuration)
    {
        string section = ConfigurationPath.Combine(
            InterestServiceOptions.Section, nameof(InterestServiceOptions.Reclustering), nameof(Request), nameof(Request.Parameters));
        if (Request.Parameters is { } parameters)
            Request = Request with { Parameters = RegisteredOptions.Bind(parameters, configuration.GetSection(section)) };
    }

    /// <summary>What is wrong; the time-table is checked when the worker starts.</summary>
    public IEnumerable<string> Validate()
    {
        if (DriftThreshold is not (null or (> 0 and <= 1)))
            yield return $"DriftThreshold: Expected above 0, up to 1, found {DriftThreshold}.";
        foreach (var (field, errors) in Request.Validate()) yield return $"Request:{field}: {errors[0]}";
    }
}
