using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Hosting.ApiKeys;

/// <summary>Validates the keys of the configuration at start.</summary>
internal sealed class ApiKeyOptionsValidator : IValidateOptions<InterestServiceOptions>
{
    public ValidateOptionsResult Validate(string? name, InterestServiceOptions options)
    {
        var errors = new List<string>();
        var results = new List<ValidationResult>();
        for (int i = 0; i < options.ApiKeys.Count; i++)
        {
            var key = options.ApiKeys[i];
            results.Clear();
            if (!Validator.TryValidateObject(key, new ValidationContext(key), results, validateAllProperties: true))
                errors.AddRange(results.Select(result => $"InterestService:ApiKeys:{i}: {result.ErrorMessage}"));
            errors.AddRange(key.Scopes.Except(Scopes.All).Select(scope =>
                $"InterestService:ApiKeys:{i}: '{scope}' is no scope; expected {string.Join(", ", Scopes.All)}."));
        }

        if (options.ApiKeys.Select(key => key.Key).Distinct(StringComparer.Ordinal).Count() < options.ApiKeys.Count)
            errors.Add("InterestService:ApiKeys: two entries have the same key.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
