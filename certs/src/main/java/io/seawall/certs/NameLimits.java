package io.seawall.certs;

import io.seawall.host.Addresses;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraintValidatorException;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PKIXNameConstraintValidator;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;

/// Name constraints (RFC 5280, section 4.2.1.10): for which names a CA may vouch. Apart from what asks, because it is
/// BouncyCastle, whose classes cost start-up time.
final class NameLimits {
    private NameLimits() {}

    /// RFC 5280, section 4.2.1.10. A DNS name permits the names below it, too; there is no narrower form.
    static NameConstraints of(SequencedSet<SubjectName> names) {
        Set<GeneralName> subtrees = new LinkedHashSet<>();
        for (SubjectName name : names) {
            if (name.isAddress()) {
                byte[] address = Addresses.parse(name.text()).getAddress();
                byte[] withMask = Arrays.copyOf(address, 2 * address.length);
                Arrays.fill(withMask, address.length, withMask.length, (byte) 0xff);
                subtrees.add(new GeneralName(GeneralName.iPAddress, new DEROctetString(withMask)));
            } else {
                subtrees.add(new GeneralName(GeneralName.dNSName, name.text().replaceFirst("^\\*\\.", "")));
            }
        }
        return new NameConstraints(subtrees.stream().map(GeneralSubtree::new).toArray(GeneralSubtree[]::new), null);
    }

    /// Which of the names the CA may vouch for; all, where it is not constrained.
    static SequencedSet<SubjectName> permittedOf(SequencedSet<SubjectName> names, X509Certificate ca) {
        Optional<NameConstraints> constraints = constraints(ca);
        if (constraints.isEmpty()) {
            return names;
        }
        var validator = new PKIXNameConstraintValidator();
        GeneralSubtree[] permitted = constraints.get().getPermittedSubtrees();
        if (permitted != null) {
            validator.intersectPermittedSubtree(permitted);
        }
        GeneralSubtree[] excluded = constraints.get().getExcludedSubtrees();
        for (GeneralSubtree subtree : excluded == null ? new GeneralSubtree[0] : excluded) {
            validator.addExcludedSubtree(subtree);
        }
        var allowed = new LinkedHashSet<SubjectName>();
        for (SubjectName name : names) {
            try {
                GeneralName general = generalName(name);
                validator.checkPermitted(general);
                validator.checkExcluded(general);
                allowed.add(name);
            } catch (NameConstraintValidatorException e) {
                // outside: the caller says so
            }
        }
        return allowed;
    }

    /// The DNS names and addresses of the permitted subtrees; empty where the CA may vouch for any.
    static List<String> permittedBy(X509Certificate ca) {
        GeneralSubtree[] permitted = constraints(ca).map(NameConstraints::getPermittedSubtrees)
                .orElse(new GeneralSubtree[0]);
        var names = new ArrayList<String>();
        for (GeneralSubtree subtree : permitted) {
            GeneralName base = subtree.getBase();
            names.add(base.getTagNo() == GeneralName.iPAddress
                    ? address(ASN1OctetString.getInstance(base.getName()).getOctets())
                    : base.getName().toString());
        }
        return names;
    }

    /// @param withMask address and mask in one; the mask is shown where it is not that of a single address
    private static String address(byte[] withMask) {
        int length = withMask.length / 2;
        try {
            String address = Addresses.text(InetAddress.getByAddress(Arrays.copyOf(withMask, length)));
            int bits = new BigInteger(1, Arrays.copyOfRange(withMask, length, withMask.length)).bitCount();
            return bits == 8 * length ? address : address + "/" + bits;
        } catch (UnknownHostException e) {
            return HexFormat.of().formatHex(withMask);
        }
    }

    private static Optional<NameConstraints> constraints(X509Certificate ca) {
        try {
            return Optional.ofNullable(NameConstraints.getInstance(
                    new JcaX509CertificateHolder(ca).getExtensions()
                            .getExtensionParsedValue(Extension.nameConstraints)));
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("the certificate was decoded before", e);
        }
    }

    static GeneralName generalName(SubjectName name) {
        return name.isAddress()
                ? new GeneralName(GeneralName.iPAddress, new DEROctetString(Addresses.parse(name.text()).getAddress()))
                : new GeneralName(GeneralName.dNSName, name.text());
    }
}
